import type { Pod } from "./pod.ts";

export const TEMPLATE_ANNOTATION = "inject.istio.io/templates";

/** Which template fills in the pod; without a word, the sidecar's. */
export function templateName({ annotations }: Pod): string {
  return annotations[TEMPLATE_ANNOTATION] ?? "sidecar";
}
