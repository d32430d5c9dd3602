import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";

/** More findings than these nobody reads, and no API server passes on. */
export const MOST_FINDINGS = 100;

/** The first errors and the first warnings, and that there are more. An error is never lost behind warnings. */
export function bounded(findings: readonly Finding[], path: string): readonly Finding[] {
  if (findings.length <= MOST_FINDINGS) return findings;
  const errors = findings.filter(({ level }) => level === "error");
  const warnings = findings.filter(({ level }) => level !== "error");
  return [
    ...errors.slice(0, MOST_FINDINGS),
    ...(errors.length > MOST_FINDINGS ? [finding("tooManyFindings", path, { count: MOST_FINDINGS })] : []),
    ...warnings.slice(0, MOST_FINDINGS),
    ...(warnings.length > MOST_FINDINGS ? [finding("moreWarnings", path, { count: MOST_FINDINGS })] : []),
  ];
}

/** Looks at one after the other until there are so many warnings; then it says that the rest was not looked at. */
export function untilMany<T>(items: Iterable<T>, path: string, check: (item: T) => readonly Finding[]): readonly Finding[] {
  const found: Finding[] = [];
  for (const item of items) {
    if (found.length >= MOST_FINDINGS) return [...found.slice(0, MOST_FINDINGS), finding("moreWarnings", path, { count: MOST_FINDINGS })];
    for (const one of check(item)) found.push(one);
  }
  return found;
}
