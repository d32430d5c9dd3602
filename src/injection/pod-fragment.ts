import type { Container, Named } from "./pod.ts";

/** A container of ours, and where it goes when the pod has none of that name. */
export interface PlacedContainer {
  readonly container: Container;
  readonly list: "containers" | "initContainers";
  readonly at: "first" | "last";
}

/** What a template adds to a pod. */
export interface PodFragment {
  /** Only where the pod has no such label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Only where the pod has no such annotation. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Written whatever the pod says: they describe the outcome. */
  readonly ownAnnotations: Readonly<Record<string, string>>;
  readonly placed: readonly PlacedContainer[];
  readonly volumes: readonly Named[];
  readonly imagePullSecrets: readonly Named[];
}
