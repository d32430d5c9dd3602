import { err, ok, type Result } from "../base/result.ts";
import { type Decision, decide } from "./decide.ts";
import { gatewayTemplate } from "./gateway-template.ts";
import type { Injected, InjectionInput } from "./injection-input.ts";
import { injectionWarnings } from "./injection-warnings.ts";
import { mergePod } from "./merge-pod.ts";
import { patchOperations } from "./patch-operations.ts";
import { type Pod, readPod } from "./pod.ts";
import type { PodFragment } from "./pod-fragment.ts";
import { type ProxySettings, proxySettings } from "./proxy-settings.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";
import { sidecarTemplate } from "./sidecar-template.ts";
import { STATUS_ANNOTATION, statusAnnotation } from "./status-annotation.ts";
import { TEMPLATE_ANNOTATION, templateName } from "./template-name.ts";
import { verifyPatch } from "./verify-patch.ts";

type Template = (settings: ProxySettings) => PodFragment;

const TEMPLATES: ReadonlyMap<string, Template> = new Map([
  ["sidecar", sidecarTemplate],
  ["gateway", gatewayTemplate],
]);

/**
 * Decides about one pod, and makes the patch. Pure, and idempotent: the outcome injected again is the outcome.
 * @returns a refusal where the pod asks for something that cannot be; the API server's user reads it.
 * @throws when the patch does not lead to the pod that was meant, which is a bug.
 */
export function inject(input: InjectionInput): Result<Injected, Refusal> {
  const read = readPod(input.pod);
  if (!read.ok) return read;
  const pod = read.value;
  const decision = podDecision(pod, input);
  if (!decision.inject) return ok({ decision: "skip", reason: decision.reason, patch: [], pod: pod.raw, warnings: [] });
  const template = templateOf(pod);
  if (!template.ok) return template;
  const settings = proxySettings(pod, input);
  if (!settings.ok) return settings;
  const meant = mergePod(settings.value.pod, withStatus(template.value(settings.value), input.revision, decision.reason));
  const patch = patchOperations(pod.raw, meant);
  verifyPatch(pod.raw, patch, meant);
  return ok({ decision: "inject", reason: decision.reason, patch, pod: meant, warnings: injectionWarnings(pod, input) });
}

/** Whether a pod is injected under these inputs, and why. */
export function podDecision(pod: Pod, input: InjectionInput): Decision {
  const webhook = input.values.sidecarInjectorWebhook;
  return decide({
    ...input,
    pod,
    byHand: input.byHand ?? false,
    byDefault: webhook.enableNamespacesByDefault,
    never: webhook.neverInjectSelector,
    always: webhook.alwaysInjectSelector,
  });
}

function templateOf(pod: Pod): Result<Template, Refusal> {
  const name = templateName(pod);
  const template = TEMPLATES.get(name);
  if (template !== undefined) return ok(template);
  return err(annotationRefusal(TEMPLATE_ANNOTATION, `there is no template "${name}"; write ${[...TEMPLATES.keys()].join(" or ")}`));
}

function withStatus(fragment: PodFragment, revision: string, decision: string): PodFragment {
  const status = statusAnnotation(fragment, revision, decision);
  return { ...fragment, ownAnnotations: { ...fragment.ownAnnotations, [STATUS_ANNOTATION]: status } };
}
