import type { HttpMatch } from "../../../api/networking/http-match.ts";
import { asksPresence, type StringMatch } from "../../../api/networking/string-match.ts";
import { type PathTest, pathTest } from "./path-test.ts";
import { type Bounds, type Standing, standing, standingMarks, standsWherever } from "./standing.ts";
import { apart, contains, type TextTest, textTest, wantsText } from "./text-test.ts";

/** One thing asked of a request beside its path. */
interface Ask {
  /** What is looked at: `header x-user`, `parameter page`. */
  readonly about: string;
  /** It must not pass the test, and passes if it is missing. */
  readonly not: boolean;
  readonly test: TextTest;
  /** Some read it as if it were not written. */
  readonly doubtful: boolean;
}

/** Which requests a match takes, so that two can be compared. */
export interface HttpCondition {
  readonly standing: Standing;
  readonly path: PathTest;
  readonly asks: readonly Ask[];
  /** Nothing is asked at all. */
  readonly isBare: boolean;
  /** The same for matches that say the same; worked out for delegates, of which alone it is asked. */
  readonly signature: string;
  readonly marks: Marks;
}

/** Keys that Istio's documentation says are passed over in `headers`. */
const PASSED_OVER = new Set(["uri", "scheme", "method", "authority"]);

/** What is missing is taken for an empty text where more is asked than that it be there, and then nothing passes what any text is out for. */
function askedOf(match: StringMatch, not: boolean): TextTest {
  if (asksPresence(match)) return { way: "any" };
  const test = textTest(match);
  return not && test.way === "any" ? { way: "unknown" } : test;
}

function asks(kind: string, tests: Readonly<Record<string, StringMatch>> | undefined, not: boolean): readonly Ask[] {
  const isHeader = kind === "header";
  return Object.entries(tests ?? {}).map(([name, match]) => ({
    about: `${kind} ${isHeader ? name.toLowerCase() : name}`,
    not,
    test: askedOf(match, not),
    doubtful: isHeader && PASSED_OVER.has(name),
  }));
}

/** Every request has these, so to ask that they are there is to ask nothing. */
function pseudoAsks({ method, authority, scheme }: HttpMatch): readonly Ask[] {
  if (method === undefined && authority === undefined && scheme === undefined) return [];
  const tests = Object.entries({ ":method": method, ":authority": authority, ":scheme": scheme });
  const written = tests.flatMap(([name, match]) => (match === undefined ? [] : [[name, match] as const]));
  return asks("header", Object.fromEntries(written), false).filter(({ test }) => test.way !== "any");
}

const SILENT = new Set(["name", "statPrefix"]);

function signature(match: HttpMatch): string {
  const sorted = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, item]) => [key, sorted(item)] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value;
  return JSON.stringify(sorted(Object.fromEntries(Object.entries(match).filter(([key]) => !SILENT.has(key)))));
}

export function httpCondition(match: HttpMatch, bounds: Bounds): HttpCondition {
  const where = standing(match, bounds);
  const asked = [
    ...pseudoAsks(match),
    ...asks("header", match.headers, false),
    ...asks("header", match.withoutHeaders, true),
    ...asks("parameter", match.queryParams, false),
  ];
  return {
    standing: where,
    path: pathTest(match),
    asks: asked,
    isBare: Object.keys(match).every((key) => SILENT.has(key)),
    signature: bounds.isDelegate ? signature(match) : "",
    marks: marksOf(where, asked),
  };
}

/** Whether whoever passes `given` surely passes `asked`, which is about the same thing. */
function implies(given: Ask, asked: Ask): boolean {
  if (given.doubtful) return false;
  if (!asked.not) return !given.not && contains(asked.test, given.test);
  if (!given.not) return apart(given.test, asked.test);
  // What is missing is taken for an empty text, unless the test asks only whether it is there.
  const both = given.test.way !== "any" || asked.test.way === "any" || wantsText(asked.test);
  return both && contains(given.test, asked.test);
}

/** Whether every request of `narrow` that has a path `wide` takes is surely taken by `wide`. Paths are compared by who asks. */
export function asksNoMore(wide: HttpCondition, narrow: HttpCondition, own: ReadonlySet<string>): boolean {
  const isImplied = (asked: Ask) => narrow.asks.some((given) => given.about === asked.about && implies(given, asked));
  return standsWherever(wide.standing, narrow.standing, own) && wide.asks.every(isImplied);
}

/**
 * What a match asks so plainly that whatever it covers asks the same, in the same words; then what it is about at all. A match that covers
 * another has one of these marks only if the other has it too.
 */
interface Marks {
  readonly plain: readonly string[];
  readonly about: readonly string[];
}

function marksOf(where: Standing, asked: readonly Ask[]): Marks {
  const equal = asked.filter(({ not, test }) => !not && test.way === "exact");
  return {
    plain: [...standingMarks(where), ...equal.map(({ about, test }) => `${about}=${test.way === "exact" ? test.text : ""}`)],
    about: [...new Set(asked.map(({ about }) => about))],
  };
}
