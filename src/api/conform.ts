import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { SchemaJson } from "./dialect/node.ts";
import { type FieldTrail, pathOfTrail } from "./field-path.ts";
import { fixedByName } from "./fix.ts";
import { isJsonObject, type JsonObject, jsonKind } from "./json-kind.ts";
import { hasSize, numberFinding, sizeFinding, textFinding } from "./scalar-finding.ts";
import { UNFIT } from "./unfit.ts";

/** Errors after which one value is not searched further; and warnings after which no more are listed, which refuses nothing. */
const MOST_FINDINGS = 100;

/**
 * Entries of lists and maps that one object may have. Every rule looks at each, so half a million, which a request has room for, would keep
 * everybody waiting for seconds; objects that mean something are full at 1.5 MB, as much as etcd stores, long before.
 */
const MOST_ENTRIES = 100_000;

export interface Conformed {
  /** The value without unknown fields and nulls, itself where it has none, with {@link UNFIT} wherever a finding is an error. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Holds a value against a schema: errors for what does not fit, warnings for unknown fields, and the value as far as its fields are known.
 * Null counts as absent, as the API server and protobuf have it. It goes as deep as the schema does, however deep the value is.
 */
export function conform(schema: SchemaJson, value: unknown, path: string): Conformed {
  const tally = makeTally(path);
  const walk: Walk = (node, item, at) => (tally.isFull() ? UNFIT : checkNode(node, item, at, context));
  const context: Context = { tally, walk };
  const clean = walk(schema, value, path);
  return { value: tally.isOver() ? UNFIT : clean, findings: tally.all() };
}

/** Errors and warnings, each bounded apart: however many warnings there are, no error is lost behind them, and none is made of them. */
interface Tally {
  /** Whether there was one. */
  error(found: Finding | undefined): boolean;
  /** The finding is made only where it is listed. */
  warn(make: () => Finding): void;
  /** As many entries of a list or map are about to be looked at. */
  enter(entries: number): void;
  /** Whether they are too many. */
  isOver(): boolean;
  /** Whether more errors were met than are listed, or there are too many entries to look at. */
  isFull(): boolean;
  all(): readonly Finding[];
}

function makeTally(path: string): Tally {
  const findings: Finding[] = [];
  const met = { errors: 0, warnings: 0, entries: 0 };
  const isOver = () => met.entries > MOST_ENTRIES;
  const more = () => [
    ...(isOver() ? [finding("tooManyEntries", path, { most: MOST_ENTRIES })] : []),
    ...(met.errors > MOST_FINDINGS ? [finding("tooManyFindings", path, { count: MOST_FINDINGS })] : []),
    ...(met.warnings > MOST_FINDINGS ? [finding("moreWarnings", path, { count: MOST_FINDINGS })] : []),
  ];
  return {
    error: (found) => {
      if (found && met.errors++ < MOST_FINDINGS) findings.push(found);
      return found !== undefined;
    },
    warn: (make) => {
      if (met.warnings++ < MOST_FINDINGS) findings.push(make());
    },
    enter: (entries) => {
      met.entries += entries;
    },
    isOver,
    isFull: () => met.errors > MOST_FINDINGS || isOver(),
    all: () => [...findings, ...more()],
  };
}

type Walk = (node: SchemaJson, value: unknown, at: FieldTrail) => unknown;

interface Context {
  readonly tally: Tally;
  readonly walk: Walk;
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

/** What should stand there, in words. */
function expectedOf(node: SchemaJson): string {
  if (node["x-fairlead-duration"]) return "a duration such as 5s";
  return node.type === undefined ? "a whole number or text" : (EXPECTED[node.type] ?? node.type);
}

/** What the API server reads as a whole number has at most 64 bits. */
const MOST_WHOLE = 2 ** 63;

function hasType(type: SchemaJson["type"], value: unknown): boolean {
  if (type === undefined) return Number.isInteger(value) || typeof value === "string";
  if (type === "object") return isJsonObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value) && Math.abs(value as number) < MOST_WHOLE;
  if (type === "number") return Number.isFinite(value);
  return typeof value === type;
}

/** What stands there, in words: a single value as it is, of what holds others the kind alone. */
function actualOf(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  return typeof value === "number" || typeof value === "boolean" ? `${value}` : jsonKind(value);
}

function checkNode(node: SchemaJson, value: unknown, at: FieldTrail, context: Context): unknown {
  if (!hasType(node.type, value)) {
    context.tally.error(finding("wrongType", pathOfTrail(at), { expected: expectedOf(node), actual: actualOf(value) }));
    return UNFIT;
  }
  if (Array.isArray(value)) return checkList(node, value, at, context);
  if (isJsonObject(value)) return checkObject(node, value, at, context);
  return context.tally.error(scalarFinding(node, value, at)) ? UNFIT : value;
}

function scalarFinding(node: SchemaJson, value: unknown, at: FieldTrail): Finding | undefined {
  if (typeof value === "string") return textFinding(node, value, at);
  return typeof value === "number" ? numberFinding(node, value, at) : undefined;
}

function checkList(node: SchemaJson, list: readonly unknown[], at: FieldTrail, context: Context): unknown {
  const { items, minItems: least, maxItems: most } = node;
  context.tally.enter(list.length);
  const unfit = !hasSize(list.length, least, most);
  if (unfit) context.tally.error(sizeFinding(list.length, { least, most, unit: "entries" }, at));
  const clean = items ? list.map((item, key) => context.walk(items, item, { parent: at, key })) : list;
  if (unfit) return UNFIT;
  return clean.every((item, index) => item === list[index]) ? list : clean;
}

function checkObject(node: SchemaJson, object: JsonObject, at: FieldTrail, context: Context): unknown {
  if (node["x-kubernetes-preserve-unknown-fields"]) return object;
  const values = node.additionalProperties;
  if (values) context.tally.enter(Object.keys(object).length);
  const clean = cleaned(object, (key, value) => {
    const field = values ?? fieldOf(node, key);
    if (!field) context.tally.warn(() => unknownField(node.properties ?? {}, object, { parent: at, key }));
    return !field || value === null ? DROPPED : context.walk(field, value, { parent: at, key });
  });
  const missing = (node.required ?? []).filter((name) => !Object.hasOwn(object, name) || object[name] === null);
  for (const name of missing) context.tally.error(missingField(node, { parent: at, key: name }));
  const { minProperties: least, maxProperties: most } = node;
  if (least !== undefined || most !== undefined) {
    const size = Object.keys(clean).length;
    if (!hasSize(size, least, most)) {
      context.tally.error(sizeFinding(size, { least, most, unit: "entries" }, at));
      return UNFIT;
    }
  }
  return missing.length === 0 ? clean : { ...clean, ...Object.fromEntries(missing.map((name) => [name, UNFIT])) };
}

function fieldOf({ properties = {} }: SchemaJson, key: string): SchemaJson | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

const DROPPED = Symbol("a field that is not kept");

/** The object with its values as `clean` gives them; the same one where they are the same. */
function cleaned(object: JsonObject, clean: (key: string, value: unknown) => unknown): JsonObject {
  const keys = Object.keys(object);
  const values = keys.map((key) => clean(key, object[key]));
  if (values.every((value, index) => value === object[keys[index] ?? ""])) return object;
  return Object.fromEntries(keys.map((key, index) => [key, values[index]] as const).filter(([, value]) => value !== DROPPED));
}

interface ChildTrail {
  readonly parent: FieldTrail;
  readonly key: string;
}

/** Fields by name; a schema where one is known. */
export type KnownFields = Readonly<Record<string, SchemaJson | undefined>>;

/** A warning for each field of an object that is none of those known, as {@link conform} tells it. */
export function unknownFields(known: KnownFields, object: JsonObject, path: string): readonly Finding[] {
  const tally = makeTally(path);
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(known, key)) tally.warn(() => unknownField(known, object, { parent: path, key }));
  }
  return tally.all();
}

function unknownField(known: KnownFields, object: JsonObject, at: ChildTrail): Finding {
  const { parent, key } = at;
  const near = nearest(key, Object.keys(known));
  const found = finding("unknownField", pathOfTrail(at), { hint: near ? `; did you mean ${near}?` : "" });
  const field = near === undefined ? undefined : known[near];
  if (near === undefined || field === undefined || Object.hasOwn(object, near)) return found;
  // Only what fits under the right name is put there.
  const fits = conform(field, object[key], pathOfTrail(at)).findings.every(({ level }) => level !== "error");
  return fits ? fixedByName(found, pathOfTrail({ parent, key: near }), object[key]) : found;
}

function missingField(node: SchemaJson, at: ChildTrail): Finding {
  const description = fieldOf(node, at.key)?.description;
  return finding("missing", pathOfTrail(at), { hint: description === undefined ? "it" : asObject(description) });
}

/** A field's description as what is to be written: `Names of it: one, or two.` is `the names of it (one, or two)`. */
function asObject(description: string): string {
  const bare = description.replace(/\.$/, "").replace(/: (.*)$/, " ($1)");
  if (!/^[A-Z][a-z ]/.test(bare)) return bare;
  const lower = `${bare.charAt(0).toLowerCase()}${bare.slice(1)}`;
  return /^(?:an?|the|what) /.test(lower) ? lower : `the ${lower}`;
}
