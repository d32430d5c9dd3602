import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/**
 * A duration in Go's syntax, as `10ms`, `1.5s`, `1h30m`. Kept as the user wrote it.
 * A pattern, not a rule in CEL: durations stand in lists without a limit, where a rule would cost more than the API server allows.
 */
export function Duration(description: string): Node<string> {
  return makeNode({
    type: "string",
    description,
    maxLength: 64,
    "x-fairlead-duration": true,
    pattern: "^(0|(([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$",
  });
}
