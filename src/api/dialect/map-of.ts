import { makeNode } from "./make-node.ts";
import { type CelRule, type Node, schemaOf } from "./node.ts";

export interface MapLimits {
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly rules?: readonly CelRule[];
}

/** A map from any string to one kind of values. */
export function MapOf<T>(description: string, value: Node<T>, limits: MapLimits = {}): Node<Readonly<Record<string, T>>> {
  const { rules, ...sizes } = limits;
  return makeNode({
    type: "object",
    description,
    additionalProperties: schemaOf(value),
    ...sizes,
    ...(rules && { "x-kubernetes-validations": rules }),
  });
}
