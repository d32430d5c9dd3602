import { durationNanos } from "../base/duration.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { SchemaJson } from "./dialect/node.ts";
import { type FieldTrail, pathOfTrail } from "./field-path.ts";
import { fixedByValue } from "./fix.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What speaks against a text that stands where the schema wants one. */
export function textFinding(node: SchemaJson, value: string, at: FieldTrail): Finding | undefined {
  if (node.enum && !node.enum.includes(value)) return unknownValue(node.enum, value, at);
  // Its length first: what is too long is not held against a pattern.
  const { minLength: least, maxLength: most } = node;
  return hasSize(value.length, least, most)
    ? formFinding(node, value, at)
    : sizeFinding(value.length, { least, most, unit: "characters" }, at);
}

function formFinding(node: SchemaJson, value: string, at: FieldTrail): Finding | undefined {
  const matches = node.pattern === undefined || new RegExp(node.pattern).test(value);
  if (node["x-fairlead-duration"] && !(matches && durationNanos(value) !== undefined))
    return finding("badDuration", pathOfTrail(at), { value });
  if (!matches) return finding("badPattern", pathOfTrail(at), { value, pattern: node.pattern ?? "" });
  return node.format === "byte" && !BASE64.test(value) ? finding("badPattern", pathOfTrail(at), { value, pattern: "base64" }) : undefined;
}

/** A value that only its case keeps from being one of those allowed is put right by it. */
function unknownValue(allowed: readonly string[], value: string, at: FieldTrail): Finding {
  const found = finding("notOneOf", pathOfTrail(at), { value, names: allowed.join(", ") });
  const meant = allowed.find((one) => one.toUpperCase() === value.toUpperCase());
  return meant === undefined ? found : fixedByValue(found, meant);
}

const LEAST_32 = -(2 ** 31);

export function numberFinding(node: SchemaJson, value: number, at: FieldTrail): Finding | undefined {
  const { minimum = -Infinity, maximum = Infinity } = node;
  if (value >= minimum && value <= maximum) return undefined;
  // Numbers that the API keeps with a sign have no use for it: what is negative, the rules refuse.
  const least = minimum === LEAST_32 ? 0 : minimum;
  const range = maximum === Infinity ? `of ${least} or more` : `from ${least} to ${maximum}`;
  return finding("outOfRange", pathOfTrail(at), { value, range });
}

/** Whether a text, list or map is as long as it may be and must be. */
export function hasSize(size: number, least = 0, most = Infinity): boolean {
  return size >= least && size <= most;
}

interface Sizes {
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly unit: "characters" | "entries";
}

/** Of one that is not. */
export function sizeFinding(size: number, { least = 0, most = Infinity, unit }: Sizes, at: FieldTrail): Finding {
  const path = pathOfTrail(at);
  return size > most ? finding("tooLong", path, { size, unit, most }) : finding("tooShort", path, { size, unit, least });
}
