import { fitsSelector, type LabelSelector } from "../base/label-selector.ts";
import { fieldAt } from "./json-object.ts";
import type { Pod } from "./pod.ts";

/** What the decision looks at. */
export interface DecisionInput {
  readonly pod: Pod;
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** What holds where no label says anything. */
  readonly byDefault: boolean;
  /** Whether a namespace's label is enough, or each pod has to ask. */
  readonly auto: boolean;
  /** Pods that are left alone, and pods that are injected, where neither label nor annotation of the pod says anything. */
  readonly never: readonly LabelSelector[];
  readonly always: readonly LabelSelector[];
  /** A document given to `fairlead inject`: whoever runs the command wants it, the namespace has no say. */
  readonly byHand: boolean;
}

export interface Decision {
  readonly inject: boolean;
  readonly reason: string;
}

type Rule = (input: DecisionInput) => Decision | undefined;

const INJECT = "sidecar.istio.io/inject";
const REVISION = "istio.io/rev";
const NAMESPACE_LABEL = "istio-injection";
const MIRROR = "kubernetes.io/config.mirror";
const YES = new Set(["true", "yes", "y", "on"]);

const yes = (reason: string): Decision => ({ inject: true, reason });
const no = (reason: string): Decision => ({ inject: false, reason });

/** In order: the first rule with an opinion decides. */
const RULES: readonly Rule[] = [
  systemNamespace,
  hostNetwork,
  mirror,
  namespaceDisabled,
  podLabel,
  podAnnotation,
  neverSelected,
  alwaysSelected,
  onlyOnRequest,
  namespaceEnabled,
  namespaceRevision,
  podRevision,
];

/**
 * Whether a pod gets a sidecar, and which label or field says so. For which revision is not asked: whose webhook is called is decided by the
 * API server, by selectors that know tags too.
 */
export function decide(input: DecisionInput): Decision {
  for (const rule of RULES) {
    const decision = rule(input);
    if (decision !== undefined) return decision;
  }
  if (input.byHand) return yes("asked for by fairlead inject");
  if (input.byDefault) return yes("injection is on by default (sidecarInjectorWebhook.enableNamespacesByDefault)");
  return no(`namespace ${input.namespace} has no label ${NAMESPACE_LABEL}=enabled, and the pod has no label ${INJECT}="true"`);
}

function systemNamespace({ namespace }: DecisionInput): Decision | undefined {
  return namespace.startsWith("kube-") ? no(`namespace ${namespace} belongs to Kubernetes and is never injected`) : undefined;
}

/** The redirection would rewrite the node's own rules. */
function hostNetwork({ pod }: DecisionInput): Decision | undefined {
  return fieldAt(pod.spec, "hostNetwork") === true ? no("the pod uses the node's network (spec.hostNetwork)") : undefined;
}

/** The kubelet runs such a pod from a file of its own: what is changed here would only be shown, not run. */
function mirror({ pod }: DecisionInput): Decision | undefined {
  return pod.annotations[MIRROR] === undefined ? undefined : no(`the pod mirrors a static pod of its node (annotation ${MIRROR})`);
}

function namespaceDisabled({ namespaceLabels }: DecisionInput): Decision | undefined {
  return namespaceLabels[NAMESPACE_LABEL] === "disabled" ? no(`namespace label ${NAMESPACE_LABEL}=disabled`) : undefined;
}

function podLabel({ pod }: DecisionInput): Decision | undefined {
  const value = pod.labels[INJECT];
  if (value === undefined || value === "") return undefined;
  const reason = `pod label ${INJECT}="${value}"`;
  return YES.has(value.toLowerCase()) ? yes(reason) : no(reason);
}

function podAnnotation({ pod }: DecisionInput): Decision | undefined {
  const value = pod.annotations[INJECT];
  if (value === undefined || value === "") return undefined;
  const reason = `pod annotation ${INJECT}="${value}"`;
  return YES.has(value.toLowerCase()) ? yes(reason) : no(reason);
}

function neverSelected({ pod, never }: DecisionInput): Decision | undefined {
  const index = never.findIndex((selector) => fitsSelector(selector, pod.labels));
  return index < 0 ? undefined : no(`the pod's labels fit sidecarInjectorWebhook.neverInjectSelector[${index}]`);
}

function alwaysSelected({ pod, always }: DecisionInput): Decision | undefined {
  const index = always.findIndex((selector) => fitsSelector(selector, pod.labels));
  return index < 0 ? undefined : yes(`the pod's labels fit sidecarInjectorWebhook.alwaysInjectSelector[${index}]`);
}

function onlyOnRequest({ auto, byHand }: DecisionInput): Decision | undefined {
  return auto || byHand
    ? undefined
    : no(`the pod has no label ${INJECT}="true", and without it none is injected (global.proxy.autoInject)`);
}

/** The plain label wins over the namespace's revision label, and that over the pod's, as in Istio. */
function namespaceEnabled({ namespaceLabels }: DecisionInput): Decision | undefined {
  return namespaceLabels[NAMESPACE_LABEL] === "enabled" ? yes(`namespace label ${NAMESPACE_LABEL}=enabled`) : undefined;
}

function namespaceRevision({ namespaceLabels }: DecisionInput): Decision | undefined {
  const revision = namespaceLabels[REVISION];
  return revision === undefined ? undefined : yes(`namespace label ${REVISION}=${revision}`);
}

function podRevision({ pod }: DecisionInput): Decision | undefined {
  const revision = pod.labels[REVISION];
  return revision === undefined ? undefined : yes(`pod label ${REVISION}=${revision}`);
}
