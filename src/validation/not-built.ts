import { type FieldTrail, pathOfTrail } from "../api/field-path.ts";
import { isJsonObject } from "../api/json-kind.ts";
import { meanwhileOf, type UnbuiltField } from "../api/unbuilt/unbuilt-field.ts";
import { UNBUILT_KINDS, unbuiltByPattern } from "../api/unbuilt/unbuilt-fields.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";

/** Names of fields, `[]` for every entry, that lead to a field; and the word it must have, where only that one is meant. */
interface Pattern {
  readonly names: readonly string[];
  readonly wanted: string | undefined;
  /** What the warning adds. */
  readonly meanwhile: string;
}

function parsed(field: UnbuiltField): readonly Pattern[] {
  return field.paths.map((pattern) => {
    const [fields = "", wanted] = pattern.split("=");
    return { names: fields.split(/\.|(?=\[\]|\{\})/), wanted, meanwhile: meanwhileOf(field) };
  });
}

const PATTERNS: ReadonlyMap<string, readonly Pattern[]> = new Map(
  UNBUILT_KINDS.map((kind) => [kind, unbuiltByPattern(kind).flatMap(parsed)]),
);

interface Step {
  readonly value: unknown;
  readonly at: FieldTrail;
}

/** What a name of a pattern leads to. */
function stepsInto({ value, at }: Step, name: string): readonly Step[] {
  const into = (key: string | number, item: unknown): Step => ({ value: item, at: { parent: at, key } });
  if (name === "[]") return Array.isArray(value) ? value.map((item: unknown, index) => into(index, item)) : NOWHERE;
  if (!isJsonObject(value)) return NOWHERE;
  if (name === "{}") return Object.entries(value).map(([key, item]) => into(key, item));
  return Object.hasOwn(value, name) && value[name] !== undefined ? [into(name, value[name])] : NOWHERE;
}

const NOWHERE: readonly Step[] = [];

function collect(pattern: Pattern, step: Step, found: Finding[], taken = 0): void {
  const { names, wanted, meanwhile } = pattern;
  const name = names[taken];
  if (name !== undefined) for (const next of stepsInto(step, name)) collect(pattern, next, found, taken + 1);
  else if (wanted === undefined || isSameWord(step.value, wanted)) found.push(finding("notBuilt", pathOfTrail(step.at), { meanwhile }));
}

function isSameWord(value: unknown, wanted: string): boolean {
  return typeof value === "string" && value.toUpperCase() === wanted.toUpperCase();
}

/** Warnings for the fields of a body that this version stores and does not carry out. */
export function notBuilt(kind: string, body: unknown, path: string): readonly Finding[] {
  const found: Finding[] = [];
  for (const pattern of PATTERNS.get(kind) ?? []) collect(pattern, { value: body, at: path }, found);
  return found;
}
