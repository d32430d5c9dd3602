// Expressions of the Common Expression Language as Envoy 1.40 takes them in `%CEL(…)%`: which functions it has there, and how deep it reads,
// was asked of it one by one.
import { type CelToken, celTokens } from "./cel-tokens.ts";
import { syntaxFault } from "./regex.ts";

/** Part of an expression. */
interface Part {
  /** Operations one within the other, parentheses aside. */
  readonly depth: number;
  /** Names with dots between, where it is nothing else. */
  readonly path?: string;
  /** Text that is written out. */
  readonly text?: string;
  /** Ends in the name of a field. */
  readonly selects?: boolean;
}

interface Cursor {
  readonly tokens: readonly CelToken[];
  at: number;
}

type Parse = (cursor: Cursor, nesting: number) => Part | undefined;

const DEEPEST = 32;
/** Of expressions that stand in parentheses, in lists, among arguments. */
const MOST_NESTED = 33;

const KEYWORDS: readonly string[] = ["true", "false", "null", "in"];
const RESERVED: readonly string[] =
  "in as break const continue else for function if import let loop package namespace return var void while".split(" ");

/** Functions with the number of what they take. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  ...Object.fromEntries("size int uint double bytes bool dyn type timestamp duration".split(" ").map((name) => [name, 1])),
  ...Object.fromEntries("matches startsWith endsWith contains re.capture re.captureN".split(" ").map((name) => [name, 2])),
  "re.extract": 3,
};
const METHODS: Readonly<Record<string, readonly number[]>> = {
  size: [0],
  ...Object.fromEntries("matches startsWith endsWith contains".split(" ").map((name) => [name, [1]])),
  ...Object.fromEntries(
    "FullYear Month Date DayOfMonth DayOfWeek DayOfYear Hours Minutes Seconds Milliseconds"
      .split(" ")
      .map((name) => [`get${name}`, [0, 1]]),
  ),
};

function over(...parts: readonly Part[]): Part | undefined {
  const depth = 1 + Math.max(0, ...parts.map((part) => part.depth));
  return depth <= DEEPEST ? { depth } : undefined;
}

function take(cursor: Cursor, ...signs: readonly string[]): boolean {
  const token = cursor.tokens[cursor.at];
  const found =
    token !== undefined && (token.kind === "sign" || (token.kind === "name" && token.text === "in")) && signs.includes(token.text);
  if (found) cursor.at++;
  return found;
}

/** One after the other, the first ones first. */
const leftward =
  (next: Parse, ...signs: readonly string[]): Parse =>
  (cursor, nesting) => {
    let left = next(cursor, nesting);
    while (left !== undefined && take(cursor, ...signs)) {
      const right = next(cursor, nesting);
      left = right && over(left, right);
    }
    return left;
  };

/** All together. */
const together =
  (next: Parse, sign: string): Parse =>
  (cursor, nesting) => {
    const parts = [next(cursor, nesting)];
    while (parts.at(-1) !== undefined && take(cursor, sign)) parts.push(next(cursor, nesting));
    const known = parts.filter((part) => part !== undefined);
    if (known.length < parts.length) return undefined;
    return known.length === 1 ? known[0] : over(...known);
  };

const product = leftward(unary, "*", "/", "%");
const sum = leftward(product, "+", "-");
const relation = leftward(sum, "<", "<=", ">", ">=", "==", "!=", "in");
const both = together(relation, "&&");
const either = together(both, "||");

function expression(cursor: Cursor, nesting: number): Part | undefined {
  if (nesting > MOST_NESTED) return undefined;
  const test = either(cursor, nesting);
  if (test === undefined || !take(cursor, "?")) return test;
  const yes = either(cursor, nesting);
  if (yes === undefined || !take(cursor, ":")) return undefined;
  const no = expression(cursor, nesting + 1);
  return no && over(test, yes, no);
}

function unary(cursor: Cursor, nesting: number): Part | undefined {
  const signed = take(cursor, "!") ? "!" : isNegative(cursor) ? undefined : take(cursor, "-") ? "-" : undefined;
  if (signed === undefined) return member(cursor, nesting);
  while (take(cursor, signed));
  const part = member(cursor, nesting);
  return part && over(part);
}

/** A number below zero is one word with its sign, but for those that cannot be. */
function isNegative(cursor: Cursor): boolean {
  const number = cursor.tokens[cursor.at + 1];
  return isNext(cursor, "-") && number?.kind === "number" && !/[uU]$/.test(number.text);
}

function member(cursor: Cursor, nesting: number): Part | undefined {
  let part = primary(cursor, nesting);
  while (part !== undefined) {
    if (take(cursor, ".")) {
      part = selected(cursor, nesting, part);
    } else if (take(cursor, "[")) {
      const index = expression(cursor, nesting + 1);
      part = index && take(cursor, "]") ? over(part, index) : undefined;
    } else {
      return part;
    }
  }
  return undefined;
}

function selected(cursor: Cursor, nesting: number, of: Part): Part | undefined {
  const token = cursor.tokens[cursor.at++];
  if (token?.kind === "quoted") return field(of);
  if (token?.kind !== "name" || KEYWORDS.includes(token.text)) return undefined;
  const path = of.path && `${of.path}.${token.text}`;
  if (!take(cursor, "(")) return field(of, path);
  const given = entries(cursor, nesting, ARGUMENTS);
  return given && isCallOf(token.text, path, given) ? over(of, ...given) : undefined;
}

/** A function whose name has dots, or a method of what stands before it. */
function isCallOf(name: string, path: string | undefined, given: readonly Part[]): boolean {
  if (path !== undefined && isFunction(path, given.length)) return true;
  return Object.hasOwn(METHODS, name) && METHODS[name]?.includes(given.length) === true && isSoundCall(name, given);
}

function field(of: Part, path?: string): Part | undefined {
  const part = over(of);
  return part && { ...part, selects: true, ...(path === undefined ? {} : { path }) };
}

function isFunction(name: string, count: number): boolean {
  return Object.hasOwn(FUNCTIONS, name) && FUNCTIONS[name] === count;
}

/** RE2's instructions for one regular expression. */
const MOST_INSTRUCTIONS = 100;

/** Never fewer than RE2 makes of it, for which a class of Unicode is hundreds. */
function instructions(regex: string): number {
  const count = (pattern: RegExp) => regex.match(pattern)?.length ?? 0;
  const repeats = [...regex.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) => Math.max(1, Number(most)));
  const once = Buffer.byteLength(regex) + 8 * count(/\.|\[\^|\\[DSW]/g) + 2 * count(/\\[sw]/g) + 500 * count(/\\[pP]/g);
  return 2 + repeats.reduce((all, times) => all * times, once);
}

/** A regular expression that is written out is looked at beforehand. */
function isSoundCall(name: string, given: readonly Part[]): boolean {
  const regex = name === "matches" ? given.at(-1)?.text : undefined;
  return regex === undefined || (syntaxFault(regex) === undefined && instructions(regex) <= MOST_INSTRUCTIONS);
}

type Entry = (cursor: Cursor, nesting: number) => readonly Part[] | undefined;

const isNext = (cursor: Cursor, sign: string): boolean =>
  cursor.tokens[cursor.at]?.kind === "sign" && cursor.tokens[cursor.at]?.text === sign;

const one: Entry = (cursor, nesting) => {
  const part = expression(cursor, nesting);
  return part && [part];
};

const pair: Entry = (cursor, nesting) => {
  const key = expression(cursor, nesting);
  const value = key && take(cursor, ":") ? expression(cursor, nesting) : undefined;
  return key && value && [key, value];
};

interface Brackets {
  readonly end: string;
  readonly entry: Entry;
  /** A comma may stand before the end. */
  readonly spare: boolean;
}

const ARGUMENTS: Brackets = { end: ")", entry: one, spare: false };
const LIST: Brackets = { end: "]", entry: one, spare: true };
const MAP: Brackets = { end: "}", entry: pair, spare: true };

/** Entries up to the closing bracket. */
function entries(cursor: Cursor, nesting: number, { end, entry, spare }: Brackets): readonly Part[] | undefined {
  const parts: Part[] = [];
  if (take(cursor, end)) return parts;
  if (spare && take(cursor, ",")) return take(cursor, end) ? parts : undefined;
  do {
    const found = entry(cursor, nesting + 1);
    if (found === undefined) return undefined;
    parts.push(...found);
  } while (take(cursor, ",") && !(spare && isNext(cursor, end)));
  return take(cursor, end) ? parts : undefined;
}

const MOST_INT = 2n ** 63n - 1n;
const MOST_UINT = 2n ** 64n - 1n;

function isNumber(text: string, sign: string): boolean {
  if (!/^(?:0x[0-9a-fA-F]+|\d+)[uU]?$/.test(text)) return true;
  const unsigned = /[uU]$/.test(text);
  const value = BigInt(unsigned ? text.slice(0, -1) : text);
  return value <= (unsigned ? MOST_UINT : sign === "-" ? MOST_INT + 1n : MOST_INT);
}

function primary(cursor: Cursor, nesting: number): Part | undefined {
  const sign = isNegative(cursor) && take(cursor, "-") ? "-" : "";
  const token = cursor.tokens[cursor.at++];
  switch (token?.kind) {
    case "number":
      return isNumber(token.text, sign) ? { depth: 1 } : undefined;
    case "text":
      return { depth: 1, text: token.text };
    case "bytes":
      return { depth: 1 };
    case "name":
      return named(cursor, nesting, token.text);
    case "sign":
      return bracketed(cursor, nesting, token.text);
    default:
      return undefined;
  }
}

function bracketed(cursor: Cursor, nesting: number, sign: string): Part | undefined {
  if (sign === "(") {
    const part = expression(cursor, nesting + 1);
    return part && take(cursor, ")") ? part : undefined;
  }
  if (sign === ".") return rooted(cursor, nesting);
  const brackets = sign === "[" ? LIST : sign === "{" ? MAP : undefined;
  const parts = brackets && entries(cursor, nesting, brackets);
  return parts && over(...parts);
}

/** A name behind a leading dot. */
function rooted(cursor: Cursor, nesting: number): Part | undefined {
  const name = cursor.tokens[cursor.at++];
  return name?.kind === "name" && !KEYWORDS.includes(name.text) && name.text !== "has" ? named(cursor, nesting, name.text) : undefined;
}

/** A variable, a word of the language, or a call. Messages, which have a brace behind their name, are not taken. */
function named(cursor: Cursor, nesting: number, name: string): Part | undefined {
  if (RESERVED.includes(name)) return undefined;
  if (!take(cursor, "(")) return KEYWORDS.includes(name) ? { depth: 1 } : { depth: 1, path: name };
  const given = entries(cursor, nesting, ARGUMENTS);
  if (given === undefined) return undefined;
  const known = name === "has" ? given.length === 1 && given[0]?.selects === true : isFunction(name, given.length);
  return known && isSoundCall(name, given) ? over(...given) : undefined;
}

/** Whether Envoy takes a text as an expression. */
export function isCelExpression(text: string): boolean {
  const tokens = celTokens(text);
  if (tokens === undefined) return false;
  const cursor: Cursor = { tokens, at: 0 };
  return expression(cursor, 1) !== undefined && cursor.at === tokens.length;
}
