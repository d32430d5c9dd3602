import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/** An object whose fields are not ours to know; kept as it is. */
export function AnyObject(description: string): Node<Readonly<Record<string, unknown>>> {
  return makeNode({ type: "object", description, "x-kubernetes-preserve-unknown-fields": true });
}
