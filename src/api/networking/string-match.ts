import { atMostOne } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";

/** A test of a string; an empty object asks only that the thing is there. Case matters unless said otherwise. */
export const StringMatchSchema = Fields(
  "How the text must be; one of the three.",
  {
    exact: Text("Equal to this."),
    prefix: Text("Begins with this."),
    regex: Text("Matches this whole, in RE2's syntax."),
  },
  { rules: [atMostOne("exact", "prefix", "regex")] },
);

export type StringMatch = TypeOf<typeof StringMatchSchema>;

/** It asks only whether the thing is there: an empty test does, and `*`, which is no regular expression. */
export function asksPresence({ exact, prefix, regex }: StringMatch): boolean {
  return exact === undefined && prefix === undefined && (regex === undefined || regex === "*");
}
