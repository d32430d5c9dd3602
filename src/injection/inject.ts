import { ok, type Result } from "../base/result.ts";
import { type Decision, decide } from "./decide.ts";
import { decisionSettings } from "./decision-settings.ts";
import type { Injected, InjectionInput } from "./injection-input.ts";
import { injectionWarnings } from "./injection-warnings.ts";
import { fitPod } from "./limits/fit-pod.ts";
import { mergePod } from "./merge-pod.ts";
import { patchOperations } from "./patch-operations.ts";
import { type Pod, readPod } from "./pod.ts";
import type { PodFragment } from "./pod-fragment.ts";
import { proxySettings } from "./proxy-settings.ts";
import type { Refusal } from "./refusal.ts";
import { STATUS_ANNOTATION, statusAnnotation } from "./status-annotation.ts";
import { templateFragment } from "./templates/template-fragment.ts";
import { verifyPatch } from "./verify-patch.ts";

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
  if (!decision.inject) return ok({ decision: "skip", reason: decision.reason, patch: [], pod: pod.raw, fittings: [], warnings: [] });
  const settings = proxySettings(pod, input);
  if (!settings.ok) return settings;
  const fragment = templateFragment(settings.value);
  if (!fragment.ok) return fragment;
  const merged = mergePod(settings.value.pod, withStatus(fragment.value, input.revision, decision.reason));
  const { pod: meant, fittings } = fitPod(merged, input.limits);
  const patch = patchOperations(pod.raw, meant);
  verifyPatch(pod.raw, patch, meant);
  return ok({ decision: "inject", reason: decision.reason, patch, pod: meant, fittings, warnings: injectionWarnings(pod, settings.value) });
}

/** Whether a pod is injected under these inputs, and why. */
export function podDecision(pod: Pod, input: InjectionInput): Decision {
  return decide({ ...input, ...decisionSettings(input.values), pod, byHand: input.byHand ?? false });
}

function withStatus(fragment: PodFragment, revision: string, decision: string): PodFragment {
  const status = statusAnnotation(fragment, revision, decision);
  return { ...fragment, ownAnnotations: { ...fragment.ownAnnotations, [STATUS_ANNOTATION]: status } };
}
