import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/** A boolean. */
export function Flag(description: string): Node<boolean> {
  return makeNode({ type: "boolean", description });
}
