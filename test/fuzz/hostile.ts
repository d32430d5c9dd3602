import fc from "fast-check";
import { EXPRESSIONS, WORDS } from "./tokens.ts";

/** Text that stands for other text in JSON: what no JavaScript value says, or only at great cost. */
const RAW: Readonly<Record<string, () => string>> = {
  deep: () => `${"[".repeat(350)}1${"]".repeat(350)}`,
  "too-deep": () => `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  list: () => `[${Array.from({ length: 20_000 }, (_, index) => `"h${index}.example.com"`).join()}]`,
  objects: () => `[${Array.from({ length: 5_000 }, (_, index) => `{"name":"n${index}","a":{}}`).join()}]`,
  map: () => `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":"v"`).join()}}`,
  same: () => `{${Array.from({ length: 2_000 }, (_, index) => `"k":${index}`).join()}}`,
  proto: () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  huge: () => "1e999",
  exact: () => "9007199254740993",
  zero: () => "-0",
  text: () => `"${"x".repeat(300_000)}"`,
};
const MARK = "raw!";

const word = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...EXPRESSIONS), fc.string({ unit: "binary", maxLength: 12 }));
const number = fc.oneof(fc.constantFrom(0, -1, 1, 65_536, 2 ** 31, 2 ** 32, 2 ** 53 + 2, 1e300, 0.1, 5e-324), fc.integer());
const raw = fc.constantFrom(...Object.keys(RAW)).map((name) => MARK + name);

/** What no field expects. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 30, arbitrary: word },
  { weight: 10, arbitrary: number },
  { weight: 10, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}], { a: null }) },
  { weight: 4, arbitrary: fc.array(word, { maxLength: 4 }) },
  { weight: 4, arbitrary: fc.dictionary(word, word, { maxKeys: 4 }) },
  { weight: 2, arbitrary: raw },
);

interface Change {
  /** Which child, level after level. */
  readonly picks: readonly number[];
  readonly how: "replace" | "remove" | "add" | "double";
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  picks: fc.array(fc.nat(), { maxLength: 8 }),
  how: fc.constantFrom("replace", "replace", "replace", "remove", "add", "double"),
  key: word,
  value: hostile,
});

/** The value with some of its fields changed for the worse, anywhere in it. */
export function worsened(values: fc.Arbitrary<unknown>, maxLength = 4): fc.Arbitrary<unknown> {
  return fc.tuple(values, fc.array(change, { maxLength })).map(([value, changes]) => {
    return changes.reduce<unknown>((whole, each) => changed(whole, each.picks, each), value);
  });
}

function changed(node: unknown, [pick = 0, ...rest]: readonly number[], change: Change): unknown {
  if (typeof node !== "object" || node === null) return change.value;
  const entries = Object.entries(node);
  const chosen = entries[pick % Math.max(1, entries.length)];
  if (chosen === undefined) return build(node, [[change.key, change.value]]);
  const [key, value] = chosen;
  const inside = rest.length > 0 && typeof value === "object" && value !== null;
  if (inside) return build(node, swap(entries, key, [[key, changed(value, rest, change)]]));
  if (change.how === "remove") return build(node, swap(entries, key, []));
  if (change.how === "add") return build(node, [...entries, [change.key, change.value]]);
  if (change.how === "double") return build(node, [...entries, [change.key, value]]);
  return build(node, swap(entries, key, [[key, change.value]]));
}

type Entries = readonly (readonly [string, unknown])[];

function swap(entries: Entries, key: string, by: Entries): Entries {
  return entries.flatMap((entry) => (entry[0] === key ? by : [entry]));
}

function build(like: object, entries: Entries): unknown {
  return Array.isArray(like) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** JSON text, with the marks replaced by what they stand for. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.replaceAll(/"raw!([a-z-]+)"(?!:)/g, (whole, name: string) => RAW[name]?.() ?? whole);
}
