import type { InjectionInput, InjectionMesh } from "../injection/injection-input.ts";
import type { InjectionValues } from "../injection/injection-values.ts";
import type { NamespaceLimits } from "../injection/limits/namespace-limits.ts";
import type { AdmissionRequest } from "./admission-request.ts";

/** Where the injector finds what decides; read anew for each pod. */
export interface InjectionSources {
  /** Labels of a namespace; absent where it is not known (yet). */
  namespaceLabels(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** What a namespace asks of the resources of its pods; absent where nothing. */
  limits(namespace: string): NamespaceLimits | undefined;
  mesh(): InjectionMesh;
  values(): InjectionValues;
  readonly kubeVersion: string;
  readonly revision: string;
  readonly parseYaml: InjectionInput["parseYaml"];
}

export function isPodCreation({ kind, group, operation }: AdmissionRequest): boolean {
  return kind === "Pod" && group === "" && operation === "CREATE";
}

/** All that decides about the pod of a request; undefined while its namespace is not known. */
export async function injectionInput(sources: InjectionSources, request: AdmissionRequest): Promise<InjectionInput | undefined> {
  const { kubeVersion, revision, parseYaml } = sources;
  const namespaceLabels = await sources.namespaceLabels(request.namespace);
  if (namespaceLabels === undefined) return undefined;
  const limits = sources.limits(request.namespace);
  return {
    pod: request.object,
    namespace: request.namespace,
    namespaceLabels,
    ...(limits && { limits }),
    mesh: sources.mesh(),
    values: sources.values(),
    ...{ kubeVersion, revision, parseYaml },
  };
}
