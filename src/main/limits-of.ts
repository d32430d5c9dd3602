import type { StoredObject } from "../api/object.ts";
import { type NamedSpec, type NamespaceLimits, namespaceLimits } from "../injection/limits/namespace-limits.ts";

/** What the objects of one namespace ask of the resources of its pods; undefined where there are none. */
export function limitsOf(
  limitRanges: readonly StoredObject<"LimitRange">[],
  quotas: readonly StoredObject<"ResourceQuota">[],
): NamespaceLimits | undefined {
  if (limitRanges.length + quotas.length === 0) return undefined;
  return namespaceLimits({ limitRanges: limitRanges.map(named), quotas: quotas.map(named) });
}

function named<T>({ metadata: { name }, spec }: { readonly metadata: { readonly name: string }; readonly spec: T }): NamedSpec<T> {
  return { name, spec };
}
