import { durationNanos } from "../base/duration.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { SchemaJson } from "./dialect/node.ts";
import { fixedByValue } from "./fix.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What speaks against a text that stands where the schema wants one. */
export function textFinding(node: SchemaJson, value: string, path: string): Finding | undefined {
  if (node.enum && !node.enum.includes(value)) return unknownValue(node.enum, value, path);
  // Its length first: what is too long is not held against a pattern.
  const size = sizeFinding(value.length, { least: node.minLength, most: node.maxLength, unit: "characters" }, path);
  return size ?? formFinding(node, value, path);
}

function formFinding(node: SchemaJson, value: string, path: string): Finding | undefined {
  const matches = node.pattern === undefined || new RegExp(node.pattern).test(value);
  if (node["x-fairlead-duration"] && !(matches && durationNanos(value) !== undefined)) return finding("badDuration", path, { value });
  if (!matches) return finding("badPattern", path, { value, pattern: node.pattern ?? "" });
  return node.format === "byte" && !BASE64.test(value) ? finding("badPattern", path, { value, pattern: "base64" }) : undefined;
}

/** A value that only its case keeps from being one of those allowed is put right by it. */
function unknownValue(allowed: readonly string[], value: string, path: string): Finding {
  const found = finding("notOneOf", path, { value, names: allowed.join(", ") });
  const meant = allowed.find((one) => one.toUpperCase() === value.toUpperCase());
  return meant === undefined ? found : fixedByValue(found, meant);
}

export function numberFinding(node: SchemaJson, value: number, path: string): Finding | undefined {
  const { minimum = -Infinity, maximum = Infinity } = node;
  if (value >= minimum && value <= maximum) return undefined;
  const range = maximum === Infinity ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`;
  return finding("outOfRange", path, { value, range });
}

interface Sizes {
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly unit: "characters" | "entries";
}

/** A text, list or map that is too long or too short. */
export function sizeFinding(size: number, { least = 0, most = Infinity, unit }: Sizes, path: string): Finding | undefined {
  if (size > most) return finding("tooLong", path, { size, unit, most });
  return size < least ? finding("tooShort", path, { size, unit, least }) : undefined;
}
