import type { JsonObject } from "./json-object.ts";
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
  /** Written whatever the pod says: they describe the outcome, or whoever runs the mesh wants them. */
  readonly ownLabels: Readonly<Record<string, string>>;
  readonly ownAnnotations: Readonly<Record<string, string>>;
  /** Annotations that are taken off. */
  readonly dropped: readonly string[];
  readonly placed: readonly PlacedContainer[];
  /** What every container of the app lacks of these is filled in. */
  readonly each: readonly JsonObject[];
  readonly volumes: readonly Named[];
  readonly imagePullSecrets: readonly Named[];
  /** Other fields of the pod's spec, whatever the pod says; lists are added to. */
  readonly spec: JsonObject;
}

export const NO_FRAGMENT: PodFragment = {
  ...{ labels: {}, annotations: {}, ownLabels: {}, ownAnnotations: {}, dropped: [] },
  ...{ placed: [], each: [], volumes: [], imagePullSecrets: [], spec: {} },
};
