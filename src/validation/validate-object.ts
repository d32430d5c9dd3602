import { inspect } from "../api/decode.ts";
import { KINDS } from "../api/kinds.ts";
import type { StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import { bounded } from "./bounded.ts";
import { notBuilt } from "./not-built.ts";
import { RULES } from "./rules.ts";

export interface Verdict {
  /** What refuses the object; empty where it is valid. */
  readonly errors: readonly Finding[];
  /** What the user is told though the object is taken. */
  readonly warnings: readonly Finding[];
  /** The decoded object, where its shape allowed to decode it; it may still be refused. */
  readonly object?: StoredObject;
}

/** Judges one object alone: its shape, the rules over one object, and which of its fields this version does not carry out. */
export function validateObject(raw: unknown): Verdict {
  const { object, findings } = inspect(raw);
  if (!object) return split(findings);
  const rules = RULES.filter((rule) => rule.kinds.includes(object.kind));
  const found = rules.flatMap((rule) => rule.check(object));
  const bodyPath = object.kind === "MeshConfig" ? "" : KINDS[object.kind].bodyPath;
  const all = [...findings, ...found, ...notBuilt(object.kind, object.spec, bodyPath)];
  return { ...split(bounded(all, bodyPath)), object };
}

/** Parts findings into what refuses and what is told. */
export function split(findings: readonly Finding[]): Pick<Verdict, "errors" | "warnings"> {
  const errors = findings.filter((found) => found.level === "error");
  return { errors, warnings: findings.filter((found) => found.level === "warning") };
}
