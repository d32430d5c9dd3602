import { makeNode } from "./make-node.ts";
import type { CelRule, Node } from "./node.ts";

/**
 * A duration in Go's syntax, as `10ms`, `1.5s`, `1h30m`. Kept as the user wrote it.
 * The form is a pattern, which costs the API server less than a rule in CEL.
 */
export function Duration(description: string, rules?: readonly CelRule[]): Node<string> {
  return makeNode({
    type: "string",
    description,
    maxLength: 64,
    "x-fairlead-duration": true,
    pattern: "^(0|(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$",
    ...(rules && { "x-kubernetes-validations": rules }),
  });
}
