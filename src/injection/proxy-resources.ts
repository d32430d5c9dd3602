import { canonicalQuantity } from "../base/quantity.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ResourceValues } from "./injection-values.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

const ANNOTATIONS = [
  { annotation: "sidecar.istio.io/proxyCPU", group: "requests", resource: "cpu" },
  { annotation: "sidecar.istio.io/proxyMemory", group: "requests", resource: "memory" },
  { annotation: "sidecar.istio.io/proxyCPULimit", group: "limits", resource: "cpu" },
  { annotation: "sidecar.istio.io/proxyMemoryLimit", group: "limits", resource: "memory" },
] as const;

const QUANTITY = /^\d+(\.\d+)?([eE][+-]?\d+|[munpf]|[kMGTPE]i?|Ki)?$/;

/** One annotation is enough to leave the values aside altogether: half of each could ask for more than it allows. */
export function proxyResources(annotations: Readonly<Record<string, string>>, values: ResourceValues): Result<ResourceValues, Refusal> {
  const given = ANNOTATIONS.filter(({ annotation }) => annotations[annotation] !== undefined);
  const wrong = given.find(({ annotation }) => !QUANTITY.test(annotations[annotation] ?? ""));
  if (wrong !== undefined) {
    return err(annotationRefusal(wrong.annotation, `"${annotations[wrong.annotation]}" is not a quantity; write it as "100m" or "128Mi"`));
  }
  if (given.length === 0) return ok(canonical(values));
  const group = (name: "requests" | "limits"): Record<string, string> =>
    Object.fromEntries(given.filter((entry) => entry.group === name).map((entry) => [entry.resource, annotations[entry.annotation] ?? ""]));
  return ok(canonical({ requests: group("requests"), limits: group("limits") }));
}

/** Quantities as the API server writes them back, so that a second look finds nothing to change. */
function canonical(resources: ResourceValues): ResourceValues {
  const map = (group: ResourceValues["requests"]): [string, string][] =>
    Object.entries(group ?? {}).map(([resource, quantity]) => [resource, canonicalQuantity(String(quantity))]);
  const requests = map(resources.requests);
  const limits = map(resources.limits);
  return {
    ...(limits.length === 0 ? {} : { limits: Object.fromEntries(limits) }),
    ...(requests.length === 0 ? {} : { requests: Object.fromEntries(requests) }),
  };
}
