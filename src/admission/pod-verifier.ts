import { namedPath } from "../api/named-path.ts";
import { judgeFinalPod } from "../injection/final/judge-final-pod.ts";
import type { AdmissionHandler } from "./admission-app.ts";
import { findingsAnswer } from "./findings-answer.ts";
import { type InjectionSources, injectionInput, isPodCreation } from "./injection-sources.ts";

/**
 * Answers /verify, after every mutating webhook: a pod whose sidecar is broken is refused, or taken with warnings, as the chart's value
 * `brokenPods` says. Whether the namespace is known is the injector's concern: it has answered before.
 */
export function podVerifier(sources: InjectionSources): AdmissionHandler {
  return async (request) => {
    const input = isPodCreation(request) ? await injectionInput(sources, request) : undefined;
    const { brokenPods } = sources.values().sidecarInjectorWebhook;
    if (input === undefined || brokenPods === "Ignore") return { allowed: true };
    const findings = judgeFinalPod(input).map((found) => ({ ...found, path: namedPath(found.path, input.pod) }));
    return findingsAnswer(brokenPods === "Refuse" ? findings : findings.map((found) => ({ ...found, level: "warning" })));
  };
}
