import { err, ok, type Result } from "../../base/result.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-object.ts";
import type { Container, Named } from "../pod.ts";
import { NO_FRAGMENT, type PlacedContainer, type PodFragment } from "../pod-fragment.ts";
import { imageReference } from "../proxy-image.ts";
import type { ProxySettings } from "../proxy-settings.ts";
import { substitute, type TemplateInputs } from "./substitute.ts";

/** Stands for every container of the app. */
const EACH = "*";
const LISTS = ["containers", "initContainers", "volumes", "imagePullSecrets"] as const;

/**
 * A template of the chart's values: a pod fragment of data, as YAML or as text of YAML, in whose texts `${…}` stands for an input. What
 * it says of labels, annotations and of the pod beside its containers holds; in a container of the pod, the pod's own word does.
 * @returns what is wrong with it, following its name
 */
export function customTemplate(template: unknown, settings: ProxySettings): Result<PodFragment, string> {
  const read = readTemplate(template, settings);
  if (!read.ok) return read;
  const filled = substitute(read.value, inputsOf(settings));
  if (!filled.ok) return filled;
  const problem = shapeProblem(filled.value);
  if (problem !== undefined) return err(problem);
  const metadata = objectAt(filled.value, "metadata");
  const spec = objectAt(filled.value, "spec");
  const containers = listAt(spec, "containers") as readonly Container[];
  return ok({
    ...NO_FRAGMENT,
    ownLabels: texts(objectAt(metadata, "labels")),
    ownAnnotations: texts(objectAt(metadata, "annotations")),
    placed: [...placed(containers, "containers"), ...placed(listAt(spec, "initContainers") as readonly Container[], "initContainers")],
    each: containers.filter(({ name }) => name === EACH).map(({ name: _, ...fields }) => fields),
    volumes: listAt(spec, "volumes") as readonly Named[],
    imagePullSecrets: listAt(spec, "imagePullSecrets") as readonly Named[],
    spec: Object.fromEntries(Object.entries(spec).filter(([key]) => !LISTS.some((list) => list === key))),
  });
}

function readTemplate(template: unknown, { input }: ProxySettings): Result<unknown, string> {
  if (typeof template !== "string") return ok(template);
  if (template.includes("{{")) {
    return err(`is a Go template, which fairlead does not run; write it as data with \${…}, as docs/differences.md shows`);
  }
  const parsed = input.parseYaml(template);
  return parsed.ok ? parsed : err(`is not YAML: ${parsed.error}`);
}

function inputsOf(settings: ProxySettings): TemplateInputs {
  const { input, pod, workload, trustDomain } = settings;
  const { global } = input.values;
  return {
    fixed: {
      namespace: input.namespace,
      revision: input.revision,
      "workload.name": workload.name,
      serviceAccount: textAt(pod.spec, "serviceAccountName") ?? "default",
      trustDomain,
      clusterDomain: global.proxy.clusterDomain,
      proxyImage: imageReference(settings, global.proxy.image),
    },
    labels: pod.labels,
    annotations: pod.annotations,
  };
}

function shapeProblem(value: unknown): string | undefined {
  if (!isObject(value)) return "must be a map with metadata or spec";
  const other = Object.keys(value).find((key) => key !== "metadata" && key !== "spec");
  if (other !== undefined) return `has field ${other}; a template has metadata and spec, as a pod has`;
  const wrong = LISTS.find((list) => {
    const found = objectAt(value, "spec")[list];
    return found !== undefined && !(Array.isArray(found) && found.every((item) => textAt(item, "name") !== undefined));
  });
  return wrong === undefined ? undefined : `spec.${wrong} must be a list whose members have names`;
}

function texts(map: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}

function placed(containers: readonly Container[], list: PlacedContainer["list"]): readonly PlacedContainer[] {
  return containers.filter(({ name }) => name !== EACH).map((container) => ({ container, list, at: "last" }));
}
