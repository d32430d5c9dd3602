import type { Result } from "../base/result.ts";
import type { InjectionValues } from "./injection-values.ts";
import type { JsonObject } from "./json-object.ts";
import type { PodFitting } from "./limits/fit-pod.ts";
import type { NamespaceLimits } from "./limits/namespace-limits.ts";
import type { PatchOperation } from "./patch-operations.ts";

/** The parts of the mesh configuration that injection reads; the whole MeshConfig may be passed. */
export interface InjectionMesh {
  readonly defaultConfig?: object;
  readonly trustDomain?: string;
  readonly inboundTrafficPolicy?: { readonly mode?: string };
  readonly enablePrometheusMerge?: boolean;
}

/** The workload that a pod belongs to, as its owner's API names it. */
export interface WorkloadOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** All that decides about one pod. Nothing else is read: equal inputs give equal answers. */
export interface InjectionInput {
  /** The pod as it came, whole. */
  readonly pod: unknown;
  /** Namespace of the request; what the pod says of itself is empty while it is being created. */
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly mesh: InjectionMesh;
  readonly values: InjectionValues;
  /** What the namespace asks of the resources of its pods; absent where it is not known, or nothing. */
  readonly limits?: NamespaceLimits;
  /** Version of the cluster, `1.34` or `v1.34.4`. */
  readonly kubeVersion: string;
  /** Revision of this injector; `default` without one. */
  readonly revision: string;
  /** True for documents given to `fairlead inject`: injected unless the pod itself says no. */
  readonly byHand?: boolean;
  /** Known where the pod comes from a template; else read from the pod's owner references. */
  readonly owner?: WorkloadOwner;
  /** Reads the annotation `proxy.istio.io/config`, which users write in YAML. */
  readonly parseYaml: (text: string) => Result<unknown, string>;
}

export interface Injected {
  readonly decision: "inject" | "skip";
  /** One sentence for the user: why, naming the label or field that decided. */
  readonly reason: string;
  /** Empty where nothing is to change. */
  readonly patch: readonly PatchOperation[];
  /** The pod with the patch applied. */
  readonly pod: JsonObject;
  /** Amounts of our containers that were filled in or changed for the namespace. */
  readonly fittings: readonly PodFitting[];
  /** What was accepted but is doubtful, one sentence each. */
  readonly warnings: readonly string[];
}
