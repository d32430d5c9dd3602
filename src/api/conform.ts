import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { SchemaJson } from "./dialect/node.ts";
import { fieldPath } from "./field-path.ts";
import { fixedByName } from "./fix.ts";
import { isJsonObject, type JsonObject, jsonKind } from "./json-kind.ts";
import { numberFinding, sizeFinding, textFinding } from "./scalar-finding.ts";

/** Errors after which one value is not searched further; and warnings after which no more are listed, which refuses nothing. */
const MOST_FINDINGS = 100;

export interface Conformed {
  /** The value without unknown fields and nulls; only to be used where no finding is an error. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Holds a value against a schema: errors for what does not fit, warnings for unknown fields, and a copy that has only known fields.
 * Null counts as absent, as the API server and protobuf have it. It goes as deep as the schema does, however deep the value is.
 */
export function conform(schema: SchemaJson, value: unknown, path: string): Conformed {
  const tally = makeTally(path);
  const walk: Walk = (node, item, at) => (tally.isFull() ? item : checkNode(node, item, at, context));
  const context: Context = { tally, walk };
  const clean = walk(schema, value, path);
  return { value: clean, findings: tally.all() };
}

/** Errors and warnings, each bounded apart: however many warnings there are, no error is lost behind them, and none is made of them. */
interface Tally {
  error(found: Finding | undefined): void;
  /** The finding is made only where it is listed. */
  warn(make: () => Finding): void;
  /** Whether more errors were met than are listed. */
  isFull(): boolean;
  all(): readonly Finding[];
}

function makeTally(path: string): Tally {
  const findings: Finding[] = [];
  const met = { errors: 0, warnings: 0 };
  const more = () => [
    ...(met.errors > MOST_FINDINGS ? [finding("tooManyFindings", path, { count: MOST_FINDINGS })] : []),
    ...(met.warnings > MOST_FINDINGS ? [finding("moreWarnings", path, { count: MOST_FINDINGS })] : []),
  ];
  return {
    error: (found) => {
      if (found && met.errors++ < MOST_FINDINGS) findings.push(found);
    },
    warn: (make) => {
      if (met.warnings++ < MOST_FINDINGS) findings.push(make());
    },
    isFull: () => met.errors > MOST_FINDINGS,
    all: () => [...findings, ...more()],
  };
}

type Walk = (node: SchemaJson, value: unknown, path: string) => unknown;

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

function checkNode(node: SchemaJson, value: unknown, path: string, context: Context): unknown {
  if (!hasType(node.type, value)) {
    const expected = node.type === undefined ? "a whole number or text" : (EXPECTED[node.type] ?? node.type);
    context.tally.error(finding("wrongType", path, { expected, actual: jsonKind(value) }));
    return value;
  }
  if (typeof value === "string") context.tally.error(textFinding(node, value, path));
  else if (typeof value === "number") context.tally.error(numberFinding(node, value, path));
  else if (Array.isArray(value)) return checkList(node, value, path, context);
  else if (isJsonObject(value)) return checkObject(node, value, path, context);
  return value;
}

function checkList(node: SchemaJson, list: readonly unknown[], path: string, context: Context): readonly unknown[] {
  context.tally.error(sizeFinding(list.length, { least: node.minItems, most: node.maxItems, unit: "entries" }, path));
  const { items } = node;
  return items ? list.map((item, index) => context.walk(items, item, fieldPath(path, index))) : list;
}

function checkObject(node: SchemaJson, object: JsonObject, path: string, context: Context): JsonObject {
  if (node["x-kubernetes-preserve-unknown-fields"]) return object;
  const values = node.additionalProperties;
  const entries = values ? mapEntries(values, object, path, context) : fieldEntries(node, object, path, context);
  context.tally.error(sizeFinding(entries.length, { least: node.minProperties, most: node.maxProperties, unit: "entries" }, path));
  return Object.fromEntries(entries);
}

type Entries = (readonly [string, unknown])[];

function mapEntries(values: SchemaJson, object: JsonObject, path: string, context: Context): Entries {
  const present = Object.entries(object).filter(([, value]) => value !== null);
  return present.map(([key, value]) => [key, context.walk(values, value, fieldPath(path, key))] as const);
}

function fieldEntries(node: SchemaJson, object: JsonObject, path: string, context: Context): Entries {
  const known = node.properties ?? {};
  const entries: Entries = [];
  for (const [key, value] of Object.entries(object)) {
    const field = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!field) context.tally.warn(() => unknownField(known, object, key, path));
    else if (value !== null) entries.push([key, context.walk(field, value, fieldPath(path, key))]);
  }
  for (const name of node.required ?? []) {
    if (!Object.hasOwn(object, name) || object[name] === null) context.tally.error(missingField(known[name], name, path));
  }
  return entries;
}

function unknownField(known: Readonly<Record<string, SchemaJson>>, object: JsonObject, key: string, path: string): Finding {
  const near = nearest(key, Object.keys(known));
  const found = finding("unknownField", fieldPath(path, key), { hint: near ? `; did you mean ${near}?` : "" });
  const field = near === undefined ? undefined : known[near];
  if (near === undefined || field === undefined || Object.hasOwn(object, near)) return found;
  // Only what fits under the right name is put there.
  const fits = conform(field, object[key], path).findings.every(({ level }) => level !== "error");
  return fits ? fixedByName(found, fieldPath(path, near), object[key]) : found;
}

function missingField(field: SchemaJson | undefined, name: string, path: string): Finding {
  const hint = field?.description ? `${field.description.charAt(0).toLowerCase()}${field.description.slice(1)}` : "write it";
  return finding("missing", fieldPath(path, name), { hint });
}
