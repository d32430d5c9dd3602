import { fitsSelector, type LabelSelector } from "../base/label-selector.ts";
import { fieldAt } from "./json-object.ts";
import type { Pod } from "./pod.ts";

/** What the decision looks at. */
export interface DecisionInput {
  readonly pod: Pod;
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly revision: string;
  /** What holds where no label says anything. */
  readonly byDefault: boolean;
  /** Whether a namespace's label is enough, or each pod has to ask. */
  readonly auto: boolean;
  /** Pods that are left alone, and pods that are injected, where neither label nor annotation of the pod says anything. */
  readonly never: readonly LabelSelector[];
  readonly always: readonly LabelSelector[];
  /** A document given to `fairlead inject`: whoever runs the command wants it, namespace and revision have no say. */
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
  podRevision,
  otherRevision,
  namespaceEnabled,
];

/** Whether a pod gets a sidecar, and which label or field says so. */
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

function podLabel(input: DecisionInput): Decision | undefined {
  const value = input.pod.labels[INJECT];
  if (value === undefined || value === "") return undefined;
  if (!YES.has(value.toLowerCase())) return no(`pod label ${INJECT}="${value}"`);
  return mismatch(input) ?? yes(`pod label ${INJECT}="${value}"`);
}

function podAnnotation(input: DecisionInput): Decision | undefined {
  const value = input.pod.annotations[INJECT];
  if (value === undefined || value === "") return undefined;
  if (!YES.has(value.toLowerCase())) return no(`pod annotation ${INJECT}="${value}"`);
  return mismatch(input) ?? yes(`pod annotation ${INJECT}="${value}"`);
}

function neverSelected({ pod, never }: DecisionInput): Decision | undefined {
  const index = never.findIndex((selector) => fitsSelector(selector, pod.labels));
  return index < 0 ? undefined : no(`the pod's labels fit sidecarInjectorWebhook.neverInjectSelector[${index}]`);
}

function alwaysSelected(input: DecisionInput): Decision | undefined {
  const index = input.always.findIndex((selector) => fitsSelector(selector, input.pod.labels));
  if (index < 0) return undefined;
  return mismatch(input) ?? yes(`the pod's labels fit sidecarInjectorWebhook.alwaysInjectSelector[${index}]`);
}

function onlyOnRequest({ auto, byHand }: DecisionInput): Decision | undefined {
  return auto || byHand
    ? undefined
    : no(`the pod has no label ${INJECT}="true", and without it none is injected (global.proxy.autoInject)`);
}

function podRevision(input: DecisionInput): Decision | undefined {
  const wanted = input.pod.labels[REVISION];
  if (wanted === undefined) return undefined;
  return mismatch(input) ?? yes(`pod label ${REVISION}=${wanted}`);
}

function otherRevision(input: DecisionInput): Decision | undefined {
  return enabledHere(input) ? undefined : mismatch(input);
}

function namespaceEnabled(input: DecisionInput): Decision | undefined {
  if (enabledHere(input)) return yes(`namespace label ${NAMESPACE_LABEL}=enabled`);
  const wanted = input.namespaceLabels[REVISION];
  return wanted === input.revision ? yes(`namespace label ${REVISION}=${wanted}`) : undefined;
}

/** The plain label means the injector without a revision, and wins over the namespace's revision label, as in Istio. */
function enabledHere({ namespaceLabels, revision }: DecisionInput): boolean {
  return namespaceLabels[NAMESPACE_LABEL] === "enabled" && revision === "default";
}

/** Says no where the pod, else its namespace, asks for another revision than ours. */
function mismatch(input: DecisionInput): Decision | undefined {
  const wanted = input.pod.labels[REVISION] ?? (enabledHere(input) ? "default" : input.namespaceLabels[REVISION]) ?? "default";
  if (wanted === input.revision || input.byHand) return undefined;
  return no(`revision ${wanted} is asked for by label ${REVISION}, this injector is ${input.revision}`);
}
