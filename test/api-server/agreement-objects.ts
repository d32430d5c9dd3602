import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { type SchemaJson, schemaOf } from "../../src/api/dialect/node.ts";
import { OWN_KINDS, type OwnKind } from "../../src/api/kinds.ts";
import { fitting } from "../property/validation/fitting.ts";

/** An object as a user sends it; nothing of it is checked. */
export interface Sent {
  readonly apiVersion: string;
  readonly kind: OwnKind;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);
const many = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);

function brokenText({ enum: names, maxLength, pattern }: SchemaJson, value: unknown): readonly unknown[] {
  return [
    ...["", 7, null, {}, " ", "é", "\u{1F600}"],
    ...(names === undefined ? [] : ["NOPE", names[0]?.toLowerCase(), 0]),
    ...(maxLength === undefined ? [] : ["x".repeat(maxLength), "x".repeat(maxLength + 1), "\u{1F600}".repeat(maxLength)]),
    ...(pattern === undefined ? [value] : ["5", "1 s", "-1s", "1s1", "0", ".5s", "1.5h", "1us", "9999999h", "1d", "1µs"]),
  ];
}

function brokenNumber({ minimum, maximum, type }: SchemaJson): readonly unknown[] {
  const edges = [...(minimum === undefined ? [] : [minimum - 1, minimum]), ...(maximum === undefined ? [] : [maximum, maximum + 1])];
  const whole = type === "integer" ? [1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300] : [1.5, -0.5, 1e300];
  return [...edges, ...whole, "80", null, true, []];
}

function brokenList({ maxItems }: SchemaJson, value: unknown): readonly unknown[] {
  const [first = "x"] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const long = maxItems === undefined || maxItems > 600 ? [] : [many(maxItems, first), many(maxItems + 1, first)];
  return [[], [null], [first, null], null, {}, "x", [first, first], ...long];
}

function brokenMap({ maxProperties = 8 }: SchemaJson): readonly unknown[] {
  const ofSize = (size: number): Values => Object.fromEntries(many(size, "v").map((word, index) => [`k${index}`, word]));
  return [{}, null, [], "x", { a: null }, { "": "" }, { "a/b/c": "x" }, ofSize(maxProperties), ofSize(maxProperties + 1)];
}

function brokenFields({ required = [] }: SchemaJson, value: unknown): readonly unknown[] {
  const fields = isValues(value) ? value : {};
  const without = (name: string): Values => Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
  return [
    {},
    null,
    [],
    "x",
    { ...fields, noSuchField: 1 },
    ...required.map(without),
    ...required.map((name) => ({ ...fields, [name]: null })),
  ];
}

function brokenValues(node: SchemaJson, value: unknown): readonly unknown[] {
  if (node["x-kubernetes-int-or-string"]) return [1, "1", 1.5, true, null, {}, "50%"];
  if (node.type === "string") return brokenText(node, value);
  if (node.type === "integer" || node.type === "number") return brokenNumber(node);
  if (node.type === "boolean") return ["true", 1, null, {}];
  if (node.type === "array") return brokenList(node, value);
  return node.additionalProperties ? brokenMap(node) : brokenFields(node, value);
}

/** Fields of a node that may be set beside those that are, so that both of «at most one of» come together. */
function added(node: SchemaJson, fields: Values, pick: number): Values {
  const names = Object.keys(node.properties ?? {}).filter((name) => !Object.hasOwn(fields, name));
  const name = names[pick % Math.max(1, names.length)];
  return name === undefined ? fields : { ...fields, [name]: smallest(node.properties?.[name] ?? {}) };
}

/** A value that fits a node, and no more. */
function smallest(node: SchemaJson): unknown {
  if (node.enum) return node.enum[0];
  if (node.type === "string") return node.pattern ? "1s" : "a";
  if (node.type === "array") return many(Math.max(1, node.minItems ?? 0), smallest(node.items ?? {}));
  if (node.type === "boolean") return true;
  if (node.type !== "object") return node.minimum ?? 1;
  const required = (node.required ?? []).map((name) => [name, smallest(node.properties?.[name] ?? {})] as const);
  return Object.fromEntries(required);
}

interface Place {
  /** Which field or entry, level after level. */
  readonly picks: readonly number[];
  readonly choice: number;
}

/** Goes down into a value along its schema, and changes what is there. */
function changedAt(node: SchemaJson, value: unknown, { picks: [pick = 0, ...picks], choice }: Place): unknown {
  const inside = { picks, choice };
  if (pick % 6 !== 0 && Array.isArray(value) && node.items && value.length > 0) {
    const { items } = node;
    return value.map((item, index) => (index === pick % value.length ? changedAt(items, item, inside) : item));
  }
  if (pick % 6 !== 0 && isValues(value)) {
    const names = Object.keys(value).filter((name) => inner(node, name) !== undefined);
    const name = names[pick % Math.max(1, names.length)];
    if (name !== undefined) return { ...value, [name]: changedAt(inner(node, name) ?? {}, value[name], inside) };
  }
  if (isValues(value) && node.properties && choice % 3 === 0) return added(node, value, choice);
  const values = brokenValues(node, value);
  return values[choice % values.length];
}

function inner(node: SchemaJson, name: string): SchemaJson | undefined {
  return node.additionalProperties ?? node.properties?.[name];
}

const place: fc.Arbitrary<Place> = fc.record({ picks: fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), choice: fc.nat() });

/** Sound objects of every kind, of which most of what is generated is a neighbour. */
const CORPUS = "test/fuzz/corpus/resource";
const SOUND: readonly Sent[] = readdirSync(CORPUS)
  .sort()
  .map((name) => parse(readFileSync(join(CORPUS, name), "utf8")) as Sent)
  .filter(({ kind }) => Object.hasOwn(OWN_KINDS, kind));

const neighbours = fc.tuple(fc.constantFrom(...SOUND), fc.array(place, { maxLength: 2 })).map(([sound, places]): Sent => {
  const node = schemaOf(OWN_KINDS[sound.kind].schema);
  return { ...sound, spec: places.reduce<unknown>((spec, at) => changedAt(node, spec, at), sound["spec"]) };
});

const invented = fc.oneof(
  ...Object.values(OWN_KINDS).map(({ kind, group, schema }) =>
    fitting(schemaOf(schema)).map((spec) => ({ apiVersion: `${group}/v1`, kind: kind as OwnKind, metadata: {}, spec })),
  ),
);

/** Keys in the order in which the API server passes them on: where there are more findings than are told, it decides which. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isValues(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

const label = fc.constantFrom<unknown>("a", "", "a_b.c-d", "-a", "a b", "x".repeat(63), "x".repeat(64), "é", null, 7, {});
const labelName = fc.constantFrom("app", "example.com/app", "a b", "", "-a", "x".repeat(64), "Example.com/a", "a/b/c", "/a", "a_b");
const metadata = fc.record(
  {
    name: fc.oneof(
      { weight: 8, arbitrary: fc.constant<unknown>("orders") },
      {
        weight: 2,
        arbitrary: fc.constantFrom<unknown>("a.b", "A", "a_b", "-a", "a-", "x".repeat(253), "x".repeat(254), "a..b", "1", "é", 7),
      },
    ),
    labels: fc.oneof(fc.dictionary(labelName, label, { maxKeys: 2 }), fc.constantFrom<unknown>(null, {}, [], "x")),
    annotations: fc.oneof(fc.dictionary(labelName, label, { maxKeys: 2 }), fc.constantFrom<unknown>(null, {}, [], "x")),
  },
  { requiredKeys: ["name"], noNullPrototype: true },
);
const plain = fc.constant<Values>({ name: "orders" });

/** Objects of every networking kind, sound, slightly wrong, and made up. */
export const sentObjects: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: neighbours }, { weight: 2, arbitrary: invented }),
    fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: metadata }),
    fc.nat({ max: 5 }),
  )
  .map(([object, meta, version]) => {
    const { group, versions } = OWN_KINDS[object.kind];
    const sent = { ...object, apiVersion: `${group}/${versions[version % versions.length]}`, metadata: meta };
    return sorted(JSON.parse(JSON.stringify(sent))) as Sent;
  });
