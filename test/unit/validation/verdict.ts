import { validateObject } from "../../../src/validation/validate-object.ts";

/** Codes and paths of what is found in a spec, `FL0301 spec.workloadSelector`, warnings with a question mark behind. */
export function findings(kind: string, spec: unknown): readonly string[] {
  const verdict = validateObject({ apiVersion: "networking.istio.io/v1", kind, metadata: { name: "a", namespace: "shop" }, spec });
  const warnings = verdict.warnings.filter(({ code }) => code !== "FL0121");
  return [...verdict.errors.map(({ code, path }) => `${code} ${path}`), ...warnings.map(({ code, path }) => `${code} ${path}?`)];
}

/** A row of a table of cases: what it is, the spec, what is found. */
export type Case = readonly [what: string, spec: unknown, found: readonly string[]];
