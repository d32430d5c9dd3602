import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/** A number, or text that means one (a port's name, a percentage). The one node without `type`: Kubernetes asks for that. */
export function IntOrString(description: string): Node<number | string> {
  return makeNode({ description, "x-kubernetes-int-or-string": true });
}
