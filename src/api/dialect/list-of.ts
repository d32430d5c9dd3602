import { makeNode } from "./make-node.ts";
import { type CelRule, type Node, schemaOf } from "./node.ts";

export interface ListLimits {
  readonly minItems?: number;
  /** Only where Istio's own CRD has it: a list that was accepted yesterday must not be refused today. */
  readonly maxItems?: number;
  /** Fields whose values tell the entries apart, so that each writer may own its own. */
  readonly mapKeys?: readonly string[];
  readonly rules?: readonly CelRule[];
}

/** A list of one kind of items. */
export function ListOf<T>(description: string, item: Node<T>, limits: ListLimits = {}): Node<readonly T[]> {
  const { mapKeys, rules, ...sizes } = limits;
  const keyed = mapKeys && ({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": mapKeys } as const);
  return makeNode({
    type: "array",
    description,
    items: schemaOf(item),
    ...sizes,
    ...keyed,
    ...(rules && { "x-kubernetes-validations": rules }),
  });
}
