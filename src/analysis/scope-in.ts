import { scopeId } from "../scope/scope-id.ts";

/** What workloads of a namespace see, were there no Sidecar object: one takes nothing from the destinations of a rule that is let through. */
export function scopeIn(namespace: string): string {
  return scopeId({ namespace, labels: {} });
}
