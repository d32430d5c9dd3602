import { fieldPath } from "../api/field-path.ts";
import { isJsonObject, ownField } from "../api/json-kind.ts";
import { meanwhileOf, type UnbuiltField } from "../api/unbuilt/unbuilt-field.ts";
import { UNBUILT_KINDS, unbuiltByPattern } from "../api/unbuilt/unbuilt-fields.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";

type Found = readonly [value: unknown, path: string];

function step([value, path]: Found, name: string): readonly Found[] {
  if (name === "[]") return Array.isArray(value) ? value.map((item: unknown, index) => [item, fieldPath(path, index)] as const) : [];
  if (!isJsonObject(value)) return [];
  if (name === "{}") return Object.entries(value).map(([key, item]) => [item, fieldPath(path, key)] as const);
  const item = ownField(value, name);
  return item === undefined ? [] : [[item, fieldPath(path, name)]];
}

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

function places({ names, wanted }: Pattern, body: unknown, path: string): readonly string[] {
  const found = names.reduce<readonly Found[]>((all, name) => all.flatMap((at) => step(at, name)), [[body, path]]);
  return found.filter(([value]) => wanted === undefined || isSameWord(value, wanted)).map(([, at]) => at);
}

function isSameWord(value: unknown, wanted: string): boolean {
  return typeof value === "string" && value.toUpperCase() === wanted.toUpperCase();
}

/** Warnings for the fields of a body that this version stores and does not carry out. */
export function notBuilt(kind: string, body: unknown, path: string): readonly Finding[] {
  return (PATTERNS.get(kind) ?? []).flatMap((pattern) =>
    places(pattern, body, path).map((at) => finding("notBuilt", at, { meanwhile: pattern.meanwhile })),
  );
}
