import type { Manifest } from "./render.ts";

/** Namespaces that no webhook of ours may hold up. */
const SYSTEM = ["kube-system", "kube-public", "kube-node-lease"];

/** What makes a webhook configuration a danger to its cluster; empty where there is nothing. */
export function tooWide(configuration: Manifest, namespace: string): readonly string[] {
  return configuration.webhooks.flatMap((webhook: Manifest) => [
    ...settings(webhook),
    ...rules(webhook),
    ...(takesPods(webhook) ? pods(webhook, namespace) : []),
    ...(configuration.kind !== "MutatingWebhookConfiguration" || webhook.reinvocationPolicy === "IfNeeded"
      ? []
      : [`${webhook.name}: is not asked again`]),
  ]);
}

function settings(webhook: Manifest): readonly string[] {
  const wanted = { failurePolicy: "Fail", sideEffects: "None", matchPolicy: "Equivalent" };
  const wrong = Object.entries(wanted).filter(([key, value]) => webhook[key] !== value);
  return [
    ...wrong.map(([key]) => `${webhook.name}: ${key} is ${webhook[key]}`),
    ...(webhook.timeoutSeconds > 10 ? [`${webhook.name}: waits ${webhook.timeoutSeconds} s`] : []),
    ...(webhook.clientConfig.caBundle === undefined ? [] : [`${webhook.name}: renders caBundle`]),
    ...(JSON.stringify(webhook.admissionReviewVersions) === '["v1"]' ? [] : [`${webhook.name}: speaks other versions`]),
  ];
}

function rules(webhook: Manifest): readonly string[] {
  return webhook.rules.flatMap((rule: Manifest) => [
    ...["apiGroups", "apiVersions", "resources", "operations"]
      .filter((key) => rule[key].includes("*"))
      .map((key) => `${webhook.name}: ${key} "*"`),
    ...(rule.operations.includes("DELETE") ? [`${webhook.name}: holds up DELETE`] : []),
    ...(rule.scope === "Namespaced" ? [] : [`${webhook.name}: scope ${rule.scope}`]),
  ]);
}

/** A pod reaches the injector only by a label of its own or of its namespace, and never from the system's namespaces. */
function pods(webhook: Manifest, namespace: string): readonly string[] {
  const byNamespace =
    requires(webhook.namespaceSelector, "istio-injection", ["enabled"]) || requires(webhook.namespaceSelector, "istio.io/rev");
  const byPod = requires(webhook.objectSelector, "sidecar.istio.io/inject", ["true"]) || requires(webhook.objectSelector, "istio.io/rev");
  const excluded = byPod ? SYSTEM : [...SYSTEM, namespace];
  const names = expressions(webhook.namespaceSelector).find((e) => e.key === "kubernetes.io/metadata.name" && e.operator === "NotIn");
  return [
    ...(byNamespace || byPod ? [] : [`${webhook.name}: takes unlabelled pods`]),
    ...excluded.filter((name) => !names?.values.includes(name)).map((name) => `${webhook.name}: takes pods of ${name}`),
  ];
}

/** A rule for everything takes pods too. */
function takesPods(webhook: Manifest): boolean {
  return webhook.rules.some((rule: Manifest) => rule.resources.includes("pods") || rule.resources.includes("*"));
}

function requires(selector: Manifest, key: string, values?: readonly string[]): boolean {
  const found = expressions(selector).find((expression) => expression.key === key && expression.operator === "In");
  return found !== undefined && (values === undefined || JSON.stringify(found.values) === JSON.stringify(values));
}

function expressions(selector: Manifest): readonly Manifest[] {
  return selector?.matchExpressions ?? [];
}
