import { PROXY_CONTAINER, REDIRECTION_CONTAINER } from "../base/proxy-containers.ts";
import { inject } from "./inject.ts";
import { type DocumentInput, inputIn } from "./inject-document.ts";
import type { Injected, InjectionInput } from "./injection-input.ts";
import { fieldAt, isObject, type JsonObject, listAt, objectAt, textAt } from "./json-object.ts";
import type { PodFitting } from "./limits/fit-pod.ts";
import type { Container } from "./pod.ts";
import { itemsOf, namespaceOf, ownerOf, templatePath } from "./pod-template.ts";
import { probersOf } from "./probers-of.ts";

/** What becomes of one document, and why. */
export interface Explanation {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly decision: "inject" | "skip" | "refuse" | "untouched";
  /** One sentence: the label or field that decided, or what refuses. */
  readonly reason: string;
  /** What is done to the pod, a fact and its value a row. */
  readonly changes: readonly (readonly [fact: string, value: string])[];
  readonly warnings: readonly string[];
}

export interface ExplainInput extends DocumentInput {
  /** Labels of namespaces that are known; of others it is said that they decide. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Decides as the webhook would where the namespace's labels are known, else as `fairlead inject` does; a List gives one for each member. */
export function explainDocument(document: unknown, input: ExplainInput): readonly Explanation[] {
  if (!isObject(document)) return [];
  const items = itemsOf(document);
  return items === undefined ? [explain(document, input)] : items.flatMap((item) => explainDocument(item, input));
}

function explain(document: JsonObject, input: ExplainInput): Explanation {
  const namespace = namespaceOf(document);
  const about = { kind: textAt(document, "kind") ?? "", namespace, name: textAt(objectAt(document, "metadata"), "name") ?? "" };
  const path = templatePath(document);
  const nothing = { changes: [], warnings: [] };
  if (path === undefined) return { ...about, decision: "untouched", reason: "it has no pod template", ...nothing };
  const labels = input.namespaces.get(namespace);
  const pod = path.reduce<unknown>(fieldAt, document);
  const asked: InjectionInput = {
    ...{ ...inputIn(namespace, input), ...ownerOf(document), pod },
    ...{ namespaceLabels: labels ?? {}, byHand: labels === undefined },
  };
  const injected = inject(asked);
  if (!injected.ok) return { ...about, decision: "refuse", reason: `${injected.error.path}: ${injected.error.message}`, ...nothing };
  const { decision, reason, warnings } = injected.value;
  const open =
    labels === undefined && decision === "inject" ? `; in a cluster the labels of namespace ${namespace} have their say too` : "";
  return { ...about, decision, reason: `${reason}${open}`, warnings, changes: decision === "skip" ? [] : changesOf(injected.value) };
}

function changesOf({ pod, patch, fittings }: Injected): Explanation["changes"] {
  const spec = objectAt(pod, "spec");
  const [inits, containers] = [listAt(spec, "initContainers") as readonly Container[], listAt(spec, "containers") as readonly Container[]];
  const proxy = [...inits, ...containers].find(({ name }) => name === PROXY_CONTAINER);
  const redirect = inits.find(({ name }) => name === REDIRECTION_CONTAINER);
  const probes = Object.keys(probersOf(proxy));
  return [
    ["sidecar", sidecarText(proxy, inits)],
    ["redirection", redirect === undefined ? "none" : listAt(redirect, "args").slice(1).map(quoted).join(" ")],
    ["probes", probes.length === 0 ? "none led to the agent" : probes.join(", ")],
    ...(fittings.length === 0 ? [] : [["resources", fittings.map(fittingText).join("; ")] as const]),
    ["patch", `${patch.length} operations`],
  ];
}

function sidecarText(proxy: Container | undefined, inits: readonly Container[]): string {
  const image = textAt(proxy, "image") ?? "";
  if (proxy?.args !== undefined && listAt(proxy, "args")[1] === "router") return `container istio-proxy as a gateway, ${image}`;
  const native = inits.some(({ name }) => name === PROXY_CONTAINER);
  return `${native ? "native sidecar: init container istio-proxy" : "container istio-proxy"}, ${image}`;
}

function fittingText({ container, field, before, after, from }: PodFitting): string {
  return `${container} ${field} ${before === undefined ? after : `${after} instead of ${before}`} (${from})`;
}

function quoted(arg: unknown): string {
  return arg === "" || arg === "*" ? `"${arg}"` : String(arg);
}
