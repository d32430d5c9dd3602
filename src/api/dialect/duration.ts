import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/** A duration in Go's syntax, as `10ms`, `1.5s`, `1h30m`. Kept as the user wrote it. */
export function Duration(description: string): Node<string> {
  return makeNode({
    type: "string",
    description,
    maxLength: 64,
    "x-fairlead-duration": true,
    "x-kubernetes-validations": [
      { rule: "self.matches('^([0-9]+([.][0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$')", message: "must be a duration such as 10ms, 1.5s or 2m" },
    ],
  });
}
