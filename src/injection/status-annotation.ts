import type { PodFragment } from "./pod-fragment.ts";

export const STATUS_ANNOTATION = "sidecar.istio.io/status";

/** What was added and why, as JSON: Istio's fields, and `decision` of ours. */
export function statusAnnotation(fragment: PodFragment, revision: string, decision: string): string {
  const names = (list: string): readonly string[] => fragment.placed.filter((placed) => placed.list === list).map((p) => p.container.name);
  return JSON.stringify({
    initContainers: orNull(names("initContainers")),
    containers: orNull(names("containers")),
    volumes: orNull(fragment.volumes.map((volume) => volume.name)),
    imagePullSecrets: orNull(fragment.imagePullSecrets.map((secret) => secret.name)),
    revision,
    decision,
  });
}

function orNull(names: readonly string[]): readonly string[] | null {
  return names.length === 0 ? null : names;
}
