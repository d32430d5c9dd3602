import type { LabelRequirement, LabelSelector } from "../../base/label-selector.ts";

/** Which pods one webhook is called for. */
export interface WebhookSelectors {
  /** `rev.namespace`, `rev.pod`, `namespace`, `pod`, `auto`. */
  readonly name: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

export interface AskedFor {
  /** Under which labels ask: a revision or a tag. */
  readonly name: string;
  /** Of the control plane. */
  readonly namespace: string;
  /** `sidecarInjectorWebhook.enableNamespacesByDefault`. */
  readonly byDefault: boolean;
}

const SYSTEM = ["kube-system", "kube-public", "kube-node-lease"];
const INJECTION = "istio-injection";
const REVISION = "istio.io/rev";
const INJECT = "sidecar.istio.io/inject";

const is = (key: string, ...values: readonly string[]): LabelRequirement => ({ key, operator: "In", values });
const isNot = (key: string, ...values: readonly string[]): LabelRequirement => ({ key, operator: "NotIn", values });
const missing = (key: string): LabelRequirement => ({ key, operator: "DoesNotExist" });
const notIn = (...more: readonly string[]): LabelRequirement => isNot("kubernetes.io/metadata.name", ...SYSTEM, ...more);

interface Conditions {
  readonly namespaces: readonly LabelRequirement[];
  readonly pods: readonly LabelRequirement[];
}

const selectors = (name: string, { namespaces, pods }: Conditions): WebhookSelectors => ({
  name,
  namespaceSelector: { matchExpressions: namespaces },
  objectSelector: { matchExpressions: pods },
});

/**
 * The webhooks of a revision or of a tag, as charts/fairlead/templates/_webhooks.tpl renders them: Istio's. The name `default` also
 * answers to the labels that name no revision.
 */
export function webhookSelectors({ name, namespace, byDefault }: AskedFor): readonly WebhookSelectors[] {
  const byRevision = [
    selectors("rev.namespace", { namespaces: [is(REVISION, name), missing(INJECTION), notIn(namespace)], pods: [isNot(INJECT, "false")] }),
    selectors("rev.pod", {
      namespaces: [missing(REVISION), missing(INJECTION), notIn()],
      pods: [isNot(INJECT, "false"), is(REVISION, name)],
    }),
  ];
  return name === "default" ? [...byRevision, ...byPlainLabels(namespace, byDefault)] : byRevision;
}

function byPlainLabels(namespace: string, byDefault: boolean): readonly WebhookSelectors[] {
  const auto = selectors("auto", {
    namespaces: [missing(INJECTION), missing(REVISION), notIn(namespace)],
    pods: [isNot(INJECT, "false", "true"), missing(REVISION)],
  });
  return [
    selectors("namespace", { namespaces: [is(INJECTION, "enabled"), notIn(namespace)], pods: [isNot(INJECT, "false")] }),
    selectors("pod", {
      namespaces: [isNot(INJECTION, "disabled"), missing(REVISION), notIn()],
      pods: [is(INJECT, "true"), missing(REVISION)],
    }),
    ...(byDefault ? [auto] : []),
  ];
}
