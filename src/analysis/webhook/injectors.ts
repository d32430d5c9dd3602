import type { Webhook } from "../../api/core/webhook-configuration.ts";
import { fieldPath } from "../../api/field-path.ts";
import type { StoredObject } from "../../api/object.ts";
import { fitsSelector, type LabelSelector } from "../../base/label-selector.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { mutatingWebhooks } from "../indexes/webhooks.ts";
import type { World } from "../world.ts";

type Configuration = StoredObject<"MutatingWebhookConfiguration">;
type Labels = Readonly<Record<string, string>>;

const REVISION = "istio.io/rev";

/** Injectors of sidecars, by the ending of their webhooks' names or the revision they ask for. */
function isInjector({ metadata, spec: { webhooks = [] } }: Configuration): boolean {
  return metadata.labels[REVISION] !== undefined || webhooks.some(({ name = "" }) => name.endsWith("istio.io"));
}

interface Injector {
  readonly name: string;
  readonly webhook: Webhook;
}

const nameOf = ({ metadata }: Configuration, { name = "" }: Webhook): string => `${metadata.name}/${name}`;

function injectorsIn(configurations: readonly Configuration[]): readonly Injector[] {
  return configurations.flatMap((each) => (each.spec.webhooks ?? []).map((webhook) => ({ name: nameOf(each, webhook), webhook })));
}

/** Labels that a namespace or a pod may have, as far as injectors can tell them apart. */
function variants(label: string, values: readonly string[], revisions: readonly string[]): readonly Labels[] {
  const plain: readonly Labels[] = [{}, ...values.map((value) => ({ [label]: value }))];
  return [...plain, ...revisions.flatMap((revision) => plain.map((labels) => ({ ...labels, [REVISION]: revision })))];
}

/** Values that a selector asks of a label, one way or the other. */
function valuesAsked(selector: LabelSelector | undefined, label: string): readonly string[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const exact = matchLabels[label];
  return [...(exact === undefined ? [] : [exact]), ...matchExpressions.flatMap(({ key, values = [] }) => (key === label ? values : []))];
}

const chooses = (selector: LabelSelector | undefined, labels: Labels): boolean => fitsSelector(selector ?? {}, labels);

/** Most revisions that are tried out; more are not installed side by side. */
const MOST_REVISIONS = 20;

function revisionsOf(injectors: readonly Injector[]): readonly string[] {
  const asked = injectors.flatMap(({ webhook }) => [
    ...valuesAsked(webhook.namespaceSelector, REVISION),
    ...valuesAsked(webhook.objectSelector, REVISION),
  ]);
  return [...new Set(asked)].slice(0, MOST_REVISIONS);
}

const wants = ({ webhook }: Injector, namespace: Labels, pod: Labels): boolean =>
  chooses(webhook.namespaceSelector, namespace) && chooses(webhook.objectSelector, pod);

/** Injectors that would take some pod that this one takes. */
function overlapping(own: Injector, others: readonly Injector[]): ReadonlySet<string> {
  const revisions = revisionsOf([own, ...others]);
  const namespaces = variants("istio-injection", ["enabled", "disabled"], revisions).filter((labels) =>
    chooses(own.webhook.namespaceSelector, labels),
  );
  const pods = variants("sidecar.istio.io/inject", ["true", "false"], revisions).filter((labels) =>
    chooses(own.webhook.objectSelector, labels),
  );
  const meets = (other: Injector): boolean => namespaces.some((namespace) => pods.some((pod) => wants(other, namespace, pod)));
  return new Set(others.filter(meets).map(({ name }) => name));
}

function checkService({ clientConfig }: Webhook, path: string, world: World): readonly Finding[] {
  const { namespace = "", name = "" } = clientConfig?.service ?? {};
  if (clientConfig?.service === undefined || world.find("Service", namespace, name) !== undefined) return [];
  return [finding("webhookServiceMissing", `${path}.clientConfig.service`, { value: `${namespace}/${name}` })];
}

/** A pod is taken by one injector, and that one can be called. */
export const injectors: AnalysisRule<"MutatingWebhookConfiguration"> = {
  id: "webhook/injectors",
  kinds: ["MutatingWebhookConfiguration"],
  level: "warning",
  needs: ["Service"],
  check: (object, world) => {
    if (!isInjector(object)) return [];
    const all = injectorsIn(world.ask(mutatingWebhooks, "all").filter(isInjector));
    return untilMany((object.spec.webhooks ?? []).entries(), "webhooks", ([index, webhook]) => {
      const path = fieldPath("webhooks", index);
      const own = { name: nameOf(object, webhook), webhook };
      const names = [
        ...overlapping(
          own,
          all.filter(({ name }) => name !== own.name),
        ),
      ].sort();
      const overlap = names.length === 0 ? [] : [finding("webhooksOverlap", path, { names: names.slice(0, 20).join(", ") })];
      return [...overlap, ...checkService(webhook, path, world)];
    });
  },
};
