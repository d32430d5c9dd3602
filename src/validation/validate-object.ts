import { inspect } from "../api/decode.ts";
import { KINDS } from "../api/kinds.ts";
import type { Kind, StoredObject } from "../api/object.ts";
import { guarded, unlessUnfit } from "../api/unfit.ts";
import { CATALOGUE } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { bounded } from "./bounded.ts";
import { composableFixes } from "./composable-fixes.ts";
import { metadataFindings } from "./metadata/metadata-findings.ts";
import { notBuilt } from "./not-built.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface Verdict {
  /** What refuses the object; empty where it is valid. */
  readonly errors: readonly Finding[];
  /** What the user is told though the object is taken. */
  readonly warnings: readonly Finding[];
  /** The decoded object, where its shape allowed to decode it; it may still be refused. */
  readonly object?: StoredObject;
}

const RULES_OF: ReadonlyMap<string, readonly Rule[]> = new Map(
  Object.keys(KINDS).map((kind) => [kind, RULES.filter((rule) => rule.kinds.includes(kind as Kind))]),
);

/** What is told of an object that cannot be read, or is none of ours: that it was not looked at, unless something was found all the same. */
function unread(raw: unknown, findings: readonly Finding[]): readonly Finding[] {
  const found = metadataFindings(raw);
  return found.length === 0 ? findings : [...findings.filter(({ code }) => code !== CATALOGUE.foreignKind.code), ...found];
}

/** What the rules over one object say of it; those that look at what does not fit say nothing. */
function ruleFindings(object: StoredObject, dropped: readonly string[]): readonly Finding[] {
  const rules = RULES_OF.get(object.kind) ?? [];
  return rules.flatMap(({ misledBy, check }) => (misledBy !== undefined && dropped.some(misledBy) ? [] : unlessUnfit(check, object)));
}

/**
 * Judges one object alone: its shape, the rules over one object, its labels and annotations, and which of its fields this version does not carry
 * out. A part that does not fit its shape hides only what the rules would say of it. Of a kind that is none of ours only the labels and
 * annotations of the mesh are looked at.
 */
export function validateObject(raw: unknown): Verdict {
  const { object, fitting, findings } = inspect(raw);
  const judged = object ?? fitting;
  if (judged === undefined) return split(unread(raw, findings));
  const { kind, spec } = judged;
  const bodyPath = kind === "MeshConfig" ? "" : KINDS[kind].bodyPath;
  const dropped = findings.flatMap(({ code, path }) => (code === CATALOGUE.unknownField.code ? [path] : []));
  const found = ruleFindings(object ?? guarded(judged), dropped);
  const verdict = split(bounded([...findings, ...found, ...metadataFindings(raw), ...notBuilt(kind, spec, bodyPath)], bodyPath));
  return object === undefined ? verdict : { ...verdict, object };
}

/** Parts findings into what refuses and what is told, with patches that go together in this order. */
export function split(findings: readonly Finding[]): Pick<Verdict, "errors" | "warnings"> {
  const errors = findings.filter((found) => found.level === "error");
  const told = composableFixes([...errors, ...findings.filter((found) => found.level === "warning")]);
  return { errors: told.slice(0, errors.length), warnings: told.slice(errors.length) };
}
