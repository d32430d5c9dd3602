// Random values of a schema that mean something: the shape comes from the schema, so that a field added later is tried too; what a
// field is filled with comes from `meaning.ts`, found by its path.
import fc from "fast-check";
import type { SchemaJson } from "../../../src/api/dialect/node.ts";
import { isJsonObject } from "../../../src/api/json-kind.ts";
import { type FieldPath, fieldOf, itemOf, leadsThrough, mapValueOf } from "./field-paths.ts";

/** What is known of the fields of one path, given by its end: `match[].port` stands for any field of which the path ends so. */
export interface Meaning {
  /** Takes the place of what the schema's type alone would give. */
  readonly value?: fc.Arbitrary<unknown>;
  /** Names in a map. */
  readonly keys?: fc.Arbitrary<string>;
  /** Of the fields in each list, one at the most is kept. */
  readonly oneOf?: readonly (readonly string[])[];
  /** Of these, one is always there. */
  readonly always?: readonly string[];
  /** Refused wherever they are, so that they are there only where they must be. */
  readonly refused?: readonly string[];
  /** Takes out what contradicts itself. `kept` tells which fields must stay. */
  readonly mend?: (value: Readonly<Record<string, unknown>>, kept: (name: string) => boolean) => unknown;
}

export type Meanings = Readonly<Record<string, Meaning>>;

export interface ShapeOptions {
  readonly meanings: Meanings;
  /** A field that is there in every value. */
  readonly focus?: FieldPath;
}

/** The longest end of a path that has a meaning. */
function meaningOf(path: FieldPath, meanings: Meanings): Meaning {
  const parts = path.split(".");
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join(".");
    if (Object.hasOwn(meanings, end)) return meanings[end] ?? {};
  }
  return {};
}

const WORDS = fc.oneof(
  fc.constantFrom(
    "a",
    "v1",
    "name",
    "A",
    "x-1",
    "ü",
    "日本",
    "a b",
    "%",
    "'\"",
    "__proto__",
    "constructor",
    "1",
    "true",
    "\\1",
    "\t",
    "{}",
  ),
  fc.constant("long-".repeat(60)),
  fc.string({ maxLength: 12 }),
);

const EXTREMES = [0, 1, 2, 100, 1000, 65_535, 65_536, 2_147_483_647];

function plain(node: SchemaJson): fc.Arbitrary<unknown> {
  if (node.enum) return fc.constantFrom(...node.enum);
  switch (node.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number": {
      const fits = EXTREMES.filter((n) => n >= (node.minimum ?? 0) && n <= (node.maximum ?? 2_147_483_647));
      return fc.constantFrom(...fits, ...(node.maximum === undefined ? [] : [node.maximum]));
    }
    default:
      return node.maxLength === undefined ? WORDS : WORDS.map((text) => text.slice(0, node.maxLength));
  }
}

const MOST_ITEMS = 3;

/** Values that a schema admits; a list or map that is `needed` is not empty. */
export function shaped(node: SchemaJson, path: FieldPath, options: ShapeOptions, needed = false): fc.Arbitrary<unknown> {
  const { value, keys } = meaningOf(path, options.meanings);
  if (value !== undefined) return value;
  const least = needed || leadsThrough(options.focus, path) ? 1 : 0;
  if (node.items) {
    const limits = { minLength: Math.max(node.minItems ?? 0, least), maxLength: Math.min(node.maxItems ?? MOST_ITEMS, MOST_ITEMS) };
    return fc.array(shaped(node.items, itemOf(path), options), limits);
  }
  if (node.additionalProperties) {
    return fc.dictionary(keys ?? WORDS, shaped(node.additionalProperties, mapValueOf(path), options), {
      minKeys: Math.max(node.minProperties ?? 0, least),
      maxKeys: MOST_ITEMS,
    });
  }
  return node.properties ? record(node, path, options) : plain(node);
}

/** An optional field is there less often where there are many. */
function optional(arbitrary: fc.Arbitrary<unknown>, among: number): fc.Arbitrary<unknown> {
  const weight = Math.max(1, Math.round(among / 4));
  return fc.oneof({ arbitrary: fc.constant(undefined), weight }, { arbitrary, weight: 1 });
}

function allButOne(group: readonly string[], pick: number, isForced: (name: string) => boolean): readonly string[] {
  const among = group.some(isForced) ? group.filter(isForced) : group;
  return group.filter((name) => name !== among[pick % among.length]);
}

function record(node: SchemaJson, path: FieldPath, options: ShapeOptions): fc.Arbitrary<unknown> {
  const { oneOf = [], always = [], refused = [], mend } = meaningOf(path, options.meanings);
  const names = Object.keys(node.properties ?? {});
  const isForced = (name: string) => leadsThrough(options.focus, fieldOf(path, name));
  const fields = names.map((name) => {
    const needed = node.required?.includes(name) || always.includes(name) || isForced(name);
    if (!needed && refused.includes(name)) return fc.constant(undefined);
    const arbitrary = shaped(node.properties?.[name] ?? {}, fieldOf(path, name), options, needed);
    return needed ? arbitrary : optional(arbitrary, names.length);
  });
  const picks = oneOf.map(() => fc.nat({ max: 11 }));
  return fc.tuple(fc.tuple(...fields), fc.tuple(...picks)).map(([values, picked]) => {
    const there = names.filter((_, i) => values[i] !== undefined);
    const dropped = new Set(
      oneOf.flatMap((group, i) =>
        allButOne(
          group.filter((name) => there.includes(name)),
          picked[i] ?? 0,
          isForced,
        ),
      ),
    );
    const made = Object.fromEntries(
      names.flatMap((name, i) => (there.includes(name) && !dropped.has(name) ? [[name, values[i]] as const] : [])),
    );
    return mend === undefined || !isJsonObject(made) ? made : mend(made, isForced);
  });
}
