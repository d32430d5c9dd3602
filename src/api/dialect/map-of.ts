import { makeNode } from "./make-node.ts";
import { type Node, schemaOf } from "./node.ts";

/** A map from any string to one kind of values. */
export function MapOf<T>(
  description: string,
  value: Node<T>,
  limits: { readonly maxProperties?: number } = {},
): Node<Readonly<Record<string, T>>> {
  return makeNode({ type: "object", description, additionalProperties: schemaOf(value), ...limits });
}
