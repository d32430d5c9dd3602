import { isJsonObject, ownField } from "../api/json-kind.ts";
import type { Finding } from "../telemetry/finding.ts";
import { SUPPRESS } from "../validation/metadata/mesh-annotations.ts";

/** Codes that an object's annotation names, `*` for every one. */
function suppressedCodes(raw: unknown): ReadonlySet<string> {
  const metadata = isJsonObject(raw) ? ownField(raw, "metadata") : undefined;
  const annotations = isJsonObject(metadata) ? ownField(metadata, "annotations") : undefined;
  const value = isJsonObject(annotations) ? ownField(annotations, SUPPRESS) : undefined;
  return new Set(typeof value === "string" ? value.split(",").map((code) => code.trim()) : []);
}

/** What is told of an object besides what its owner knows and does not want to hear. What refuses an object is always told. */
export function unsuppressed(findings: readonly Finding[], raw: unknown): readonly Finding[] {
  const codes = suppressedCodes(raw);
  if (codes.size === 0) return findings;
  return findings.filter(({ code, level }) => level === "error" || !(codes.has("*") || codes.has(code)));
}
