import { makeNode } from "./make-node.ts";
import { type Node, schemaOf } from "./node.ts";

export interface ListLimits {
  readonly minItems?: number;
  /** Only where Istio's own CRD has it: a list that was accepted yesterday must not be refused today. */
  readonly maxItems?: number;
}

/** A list of one kind of items. */
export function ListOf<T>(description: string, item: Node<T>, limits: ListLimits = {}): Node<readonly T[]> {
  return makeNode({ type: "array", description, items: schemaOf(item), ...limits });
}
