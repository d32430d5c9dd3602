import { type FieldTrail, pathOfTrail } from "../api/field-path.ts";
import { isJsonObject } from "../api/json-kind.ts";
import { meanwhileOf, type UnbuiltField } from "../api/unbuilt/unbuilt-field.ts";
import { UNBUILT_KINDS, unbuiltByPattern } from "../api/unbuilt/unbuilt-fields.ts";
import { UNFIT } from "../api/unfit.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";

/** Names of fields, `[]` for every entry, that lead to a field; and the word it must have, where only that one is meant. */
interface Pattern {
  readonly names: readonly string[];
  readonly wanted: string | undefined;
  readonly field: UnbuiltField;
}

function parsed(field: UnbuiltField): readonly Pattern[] {
  return field.paths.map((pattern) => {
    const [fields = "", wanted] = pattern.split("=");
    return { names: namesOf(fields), wanted, field };
  });
}

function namesOf(path: string): readonly string[] {
  return path.split(/\.|(?=\[\]|\{\})/);
}

const PATTERNS: ReadonlyMap<string, readonly Pattern[]> = new Map(
  UNBUILT_KINDS.map((kind) => [kind, unbuiltByPattern(kind).flatMap(parsed)]),
);

interface Step {
  readonly value: unknown;
  readonly at: FieldTrail;
  /** The step before; absent at the body itself. */
  readonly from?: Step;
  /** How many fields or entries stand before it. */
  readonly before: number;
}

/** A field that is there, or may be: of what does not fit its shape nothing is told. */
interface Met {
  readonly field: UnbuiltField;
  readonly fits: boolean;
  readonly at: FieldTrail;
  /** Of each step on the way how many stand before it. */
  readonly order: readonly number[];
}

function orderOf({ from, before }: Step): readonly number[] {
  return from === undefined ? [] : [...orderOf(from), before];
}

/** What a name of a pattern leads to. */
function stepsInto(from: Step, name: string): readonly Step[] {
  const { value, at } = from;
  const into = (key: string | number, item: unknown, before: number): Step => ({ value: item, at: { parent: at, key }, from, before });
  if (name === "[]") return Array.isArray(value) ? value.map((item: unknown, index) => into(index, item, index)) : NOWHERE;
  if (!isJsonObject(value)) return NOWHERE;
  if (name === "{}") return Object.entries(value).map(([key, item], index) => into(key, item, index));
  const isThere = Object.hasOwn(value, name) && value[name] !== undefined;
  return isThere ? [into(name, value[name], Object.keys(value).indexOf(name))] : NOWHERE;
}

const NOWHERE: readonly Step[] = [];

function collect(pattern: Pattern, step: Step, met: Met[], taken = 0): void {
  const { names, wanted, field } = pattern;
  const name = names[taken];
  if (step.value === UNFIT) met.push({ field, fits: false, at: step.at, order: orderOf(step) });
  else if (name !== undefined) for (const next of stepsInto(step, name)) collect(pattern, next, met, taken + 1);
  else if (wanted === undefined || isSameWord(step.value, wanted)) met.push({ field, fits: true, at: step.at, order: orderOf(step) });
}

function isSameWord(value: unknown, wanted: string): boolean {
  return typeof value === "string" && value.toUpperCase() === wanted.toUpperCase();
}

/** By the first place in which the two ways part; what contains something comes before it. */
function inOrder({ order: one }: Met, { order: other }: Met): number {
  const parted = one.findIndex((place, depth) => place !== other[depth]);
  return parted < 0 ? one.length - other.length : (one[parted] ?? 0) - (other[parted] ?? -1);
}

/** The first alone of those that come to the same for one entry of a list. */
function oncePerEntry(met: readonly Met[]): readonly Met[] {
  const told = new Map<UnbuiltField, Set<string>>();
  return met.filter(({ field, order }) => {
    if (field.oncePer === undefined) return true;
    const entry = order.slice(0, namesOf(field.oncePer).length).join();
    const entries = told.get(field) ?? new Set();
    told.set(field, entries);
    return !entries.has(entry) && entries.add(entry);
  });
}

/** Warnings for the fields of a body that this version stores and does not carry out, in the order in which they stand there. */
export function notBuilt(kind: string, body: unknown, path: string): readonly Finding[] {
  const met: Met[] = [];
  for (const pattern of PATTERNS.get(kind) ?? []) collect(pattern, { value: body, at: path, before: 0 }, met);
  const first = oncePerEntry(met.toSorted(inOrder)).filter(({ fits }) => fits);
  return first.map(({ field, at }) => finding("notBuilt", pathOfTrail(at), { meanwhile: meanwhileOf(field) }));
}
