import type { StringMatch } from "../../../api/networking/string-match.ts";

/** Which texts pass a test. `unknown`: nothing can be proved of it. */
export type TextTest =
  | { readonly way: "any" }
  | { readonly way: "unknown" }
  /** `text` is what it is compared with; two regular expressions are known to be alike only where they are written alike. */
  | { readonly way: "exact" | "prefix" | "regex"; readonly text: string };

/** Regular expressions that every text on one line passes; no header and no path has more lines than one. */
const TOTAL = new Set([".*", "^.*$", "^.*", ".*$"]);

export function textTest({ exact, prefix, regex }: StringMatch): TextTest {
  const ways = [exact, prefix, regex].filter((text) => text !== undefined);
  if (ways.length > 1) return { way: "unknown" };
  if (exact !== undefined) return { way: "exact", text: exact };
  if (prefix !== undefined) return { way: "prefix", text: prefix };
  return regex === undefined || TOTAL.has(regex) ? { way: "any" } : { way: "regex", text: regex };
}

/** Whether it is sure that whatever passes `narrow` passes `wide`. */
export function contains(wide: TextTest, narrow: TextTest): boolean {
  if (wide.way === "any") return true;
  if (wide.way === "unknown" || narrow.way === "any" || narrow.way === "unknown") return false;
  if (wide.way !== "prefix") return wide.way === narrow.way && wide.text === narrow.text;
  return narrow.way !== "regex" && narrow.text.startsWith(wide.text);
}

/** Whether it is sure that nothing passes both. */
export function apart(one: TextTest, other: TextTest): boolean {
  if (!isPlain(one) || !isPlain(other)) return false;
  if (one.way === "exact" && other.way === "exact") return one.text !== other.text;
  const [short, long] = one.way === "prefix" ? [one, other] : [other, one];
  const meet = long.text.startsWith(short.text) || (long.way === "prefix" && short.text.startsWith(long.text));
  return !meet;
}

/** Whether it is sure that the empty text does not pass. */
export function wantsText(test: TextTest): boolean {
  return isPlain(test) && test.text !== "";
}

function isPlain(test: TextTest): test is TextTest & { readonly way: "exact" | "prefix" } {
  return test.way === "exact" || test.way === "prefix";
}
