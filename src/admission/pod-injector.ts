import { inject } from "../injection/inject.ts";
import type { InjectionInput } from "../injection/injection-input.ts";
import type { AdmissionHandler } from "./admission-app.ts";
import type { AdmissionAnswer } from "./admission-request.ts";
import { type InjectionSources, injectionInput, isPodCreation } from "./injection-sources.ts";

/** Answers /inject: pods are decided about, everything else passes unchanged. */
export function podInjector(sources: InjectionSources): AdmissionHandler {
  return async (request) => {
    if (!isPodCreation(request)) return { allowed: true };
    const input = await injectionInput(sources, request);
    if (input === undefined) {
      return { allowed: false, code: 503, message: `namespace ${request.namespace} is not known to fairlead yet; try again` };
    }
    return injectPod(input);
  };
}

function injectPod(input: InjectionInput): AdmissionAnswer {
  const injected = inject(input);
  if (!injected.ok) return { allowed: false, code: 400, message: `${injected.error.path}: ${injected.error.message}` };
  const { patch, warnings, decision } = injected.value;
  return decision === "skip" ? { allowed: true } : { allowed: true, patch, warnings };
}
