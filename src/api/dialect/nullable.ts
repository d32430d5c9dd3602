import { makeNode } from "./make-node.ts";
import { type Node, schemaOf } from "./node.ts";

/** A field that Istio's definitions let be null, which is the same as absent: protobuf wraps these, to tell zero from unset. */
export function Nullable<T>(node: Node<T>): Node<T> {
  return makeNode({ ...schemaOf(node), nullable: true });
}
