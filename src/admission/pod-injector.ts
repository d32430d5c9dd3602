import { inject } from "../injection/inject.ts";
import type { InjectionInput, InjectionMesh } from "../injection/injection-input.ts";
import type { InjectionValues } from "../injection/injection-values.ts";
import type { AdmissionHandler } from "./admission-app.ts";
import type { AdmissionAnswer, AdmissionRequest } from "./admission-request.ts";

/** Where the injector finds what decides; read anew for each pod. */
export interface InjectionSources {
  /** Labels of a namespace; absent where it is not known (yet). */
  namespaceLabels(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  mesh(): InjectionMesh;
  values(): InjectionValues;
  readonly kubeVersion: string;
  readonly revision: string;
  readonly parseYaml: InjectionInput["parseYaml"];
}

/** Answers /inject: pods are decided about, everything else passes unchanged. */
export function podInjector(sources: InjectionSources): AdmissionHandler {
  return async (request) => {
    if (request.kind !== "Pod" || request.group !== "" || request.operation !== "CREATE") return { allowed: true };
    const namespaceLabels = await sources.namespaceLabels(request.namespace);
    if (namespaceLabels === undefined) {
      return { allowed: false, code: 503, message: `namespace ${request.namespace} is not known to fairlead yet; try again` };
    }
    return injectPod(sources, request, namespaceLabels);
  };
}

function injectPod(
  sources: InjectionSources,
  request: AdmissionRequest,
  namespaceLabels: Readonly<Record<string, string>>,
): AdmissionAnswer {
  const { kubeVersion, revision, parseYaml } = sources;
  const injected = inject({
    pod: request.object,
    namespace: request.namespace,
    namespaceLabels,
    mesh: sources.mesh(),
    values: sources.values(),
    ...{ kubeVersion, revision, parseYaml },
  });
  if (!injected.ok) return { allowed: false, code: 400, message: `${injected.error.path}: ${injected.error.message}` };
  const { patch, warnings, decision } = injected.value;
  return decision === "skip" ? { allowed: true } : { allowed: true, patch, warnings };
}
