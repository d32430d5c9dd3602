import { durationNanos } from "../base/duration.ts";
import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { SchemaJson } from "./dialect/node.ts";
import { fieldPath } from "./field-path.ts";
import { fixedByName, fixedByValue } from "./fix.ts";
import { isJsonObject, type JsonObject, jsonKind } from "./json-kind.ts";

/** Findings after which one value is not searched further. */
const MOST_FINDINGS = 100;

export interface Conformed {
  /** The value without unknown fields; only to be used where no finding is an error. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Holds a value against a schema: errors for what does not fit, warnings for unknown fields, and a copy that has only known fields.
 * It goes as deep as the schema does, however deep the value is.
 */
export function conform(schema: SchemaJson, value: unknown, path: string): Conformed {
  const findings: Finding[] = [];
  const walk: Walk = (node, item, at) => (findings.length >= MOST_FINDINGS ? item : checkNode(node, item, at, { report, walk }));
  const report = (found: Finding | undefined) => {
    if (found) findings.push(found);
  };
  const clean = walk(schema, value, path);
  if (findings.length >= MOST_FINDINGS) findings.push(finding("tooManyFindings", path, { count: MOST_FINDINGS }));
  return { value: clean, findings };
}

type Walk = (node: SchemaJson, value: unknown, path: string) => unknown;

interface Context {
  readonly report: (found: Finding | undefined) => void;
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
    context.report(finding("wrongType", path, { expected, actual: jsonKind(value) }));
    return value;
  }
  if (typeof value === "string") context.report(textFinding(node, value, path));
  else if (typeof value === "number") context.report(numberFinding(node, value, path));
  else if (Array.isArray(value)) return checkList(node, value, path, context);
  else if (isJsonObject(value)) return checkObject(node, value, path, context);
  return value;
}

function textFinding(node: SchemaJson, value: string, path: string): Finding | undefined {
  if (node.enum && !node.enum.includes(value)) return unknownValue(node.enum, value, path);
  const matches = !node.pattern || new RegExp(node.pattern).test(value);
  if (node["x-fairlead-duration"])
    return matches && durationNanos(value) !== undefined ? undefined : finding("badDuration", path, { value });
  if (!matches) return finding("badPattern", path, { value, pattern: node.pattern ?? "" });
  return sizeFinding(value.length, { least: node.minLength, most: node.maxLength, unit: "characters" }, path);
}

/** A value that only its case keeps from being one of those allowed is put right by it. */
function unknownValue(allowed: readonly string[], value: string, path: string): Finding {
  const found = finding("notOneOf", path, { value, names: allowed.join(", ") });
  const meant = allowed.find((one) => one.toUpperCase() === value.toUpperCase());
  return meant === undefined ? found : fixedByValue(found, meant);
}

interface Sizes {
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly unit: string;
}

function sizeFinding(size: number, { least = 0, most = Infinity, unit }: Sizes, path: string): Finding | undefined {
  if (size > most) return finding("tooLong", path, { size, unit, most });
  return size < least ? finding("tooShort", path, { size, unit, least }) : undefined;
}

function numberFinding(node: SchemaJson, value: number, path: string): Finding | undefined {
  const { minimum = -Infinity, maximum = Infinity } = node;
  if (value >= minimum && value <= maximum) return undefined;
  const range = maximum === Infinity ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`;
  return finding("outOfRange", path, { value, range });
}

function checkList(node: SchemaJson, list: readonly unknown[], path: string, context: Context): readonly unknown[] {
  context.report(sizeFinding(list.length, { least: node.minItems, most: node.maxItems, unit: "entries" }, path));
  const { items } = node;
  return items ? list.map((item, index) => context.walk(items, item, fieldPath(path, index))) : list;
}

/** Null counts as absent, in fields and in maps: the API server drops it before anybody looks. */
function checkObject(node: SchemaJson, object: JsonObject, path: string, context: Context): JsonObject {
  if (node["x-kubernetes-preserve-unknown-fields"]) return object;
  const values = node.additionalProperties;
  const size = node.maxProperties === undefined ? 0 : Object.values(object).filter((value) => value !== null).length;
  context.report(sizeFinding(size, { least: undefined, most: node.maxProperties, unit: "entries" }, path));
  const entries = values ? mapEntries(values, object, path, context) : fieldEntries(node, object, path, context);
  return Object.fromEntries(entries);
}

type Entries = (readonly [string, unknown])[];

function mapEntries(values: SchemaJson, object: JsonObject, path: string, context: Context): Entries {
  const entries = Object.entries(object).filter(([, value]) => value !== null);
  return entries.map(([key, value]) => [key, context.walk(values, value, fieldPath(path, key))] as const);
}

function fieldEntries(node: SchemaJson, object: JsonObject, path: string, context: Context): Entries {
  const known = node.properties ?? {};
  const given = new Map(Object.entries(object).filter(([key, value]) => value !== null || !Object.hasOwn(known, key)));
  const entries: Entries = [];
  for (const [key, value] of given) {
    const field = Object.hasOwn(known, key) ? known[key] : undefined;
    if (field) entries.push([key, context.walk(field, value, fieldPath(path, key))]);
    else context.report(unknownField(known, object, key, path));
  }
  for (const name of node.required ?? []) {
    if (!given.has(name)) context.report(missingField(known[name], name, path));
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
