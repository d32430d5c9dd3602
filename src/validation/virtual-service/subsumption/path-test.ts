import type { HttpMatch } from "../../../api/networking/http-match.ts";
import { type TextTest, textTest } from "./text-test.ts";

/** Which paths of requests pass. Without case, `text` is in lower case. */
export interface PathTest {
  readonly test: TextTest;
  readonly anyCase: boolean;
}

/** Regular expressions that every path passes: a path begins with a slash. */
const TOTAL = new Set(["/.*", ".+", "^/.*", "^/.*$", "/.*$", "^.+$"]);

/** Envoy's notion of case is ASCII's. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isTotal(test: TextTest): boolean {
  return (test.way === "prefix" && test.text === "/") || (test.way === "regex" && TOTAL.has(test.text));
}

export function pathTest({ uri = {}, ignoreUriCase = false }: HttpMatch): PathTest {
  const test = textTest(uri);
  if (isTotal(test)) return { test: { way: "any" }, anyCase: false };
  if (test.way !== "exact" && test.way !== "prefix") return { test, anyCase: false };
  const [text, isCaseless] = [lower(test.text), !/[A-Za-z]/.test(test.text)];
  return ignoreUriCase || isCaseless ? { test: { way: test.way, text }, anyCase: true } : { test, anyCase: false };
}

/** Under which name a test is filed, for {@link covering} to find it. */
export function filedAs({ test, anyCase }: PathTest): string {
  if (test.way === "any" || test.way === "unknown") return test.way;
  return `${test.way}${anyCase ? " any" : ""} ${test.text}`;
}

/**
 * The names under which every test that surely takes all paths of this one is filed. `lengths` are those that prefixes have which were filed.
 */
export function* covering({ test, anyCase }: PathTest, lengths: Iterable<number>): Iterable<string> {
  yield "any";
  if (test.way === "regex") yield `regex ${test.text}`;
  if (test.way !== "exact" && test.way !== "prefix") return;
  const caseless = lower(test.text);
  if (test.way === "exact") {
    yield `exact any ${caseless}`;
    if (!anyCase) yield `exact ${test.text}`;
  }
  for (const length of lengths) {
    if (length > test.text.length) continue;
    yield `prefix any ${caseless.slice(0, length)}`;
    if (!anyCase) yield `prefix ${test.text.slice(0, length)}`;
  }
}
