import type { Finding } from "../telemetry/finding.ts";
import { findingLine, foreignText } from "./finding-line.ts";
import type { Terminal } from "./render.ts";

/** What `validate` says of one object. */
export interface DocumentVerdict {
  /** `a.yaml:12`. */
  readonly source: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly valid: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Only where it is false: an object of another program, about which nothing is said. */
  readonly judged?: false;
}

const fileOf = (source: string): string => source.slice(0, source.lastIndexOf(":"));

/** One line a finding, then how many objects were judged, and how many were not. */
export function verdictsAsText(terminal: Terminal, verdicts: readonly DocumentVerdict[]): string {
  const lines = verdicts.flatMap((verdict) => {
    const about = { ...verdict, file: fileOf(verdict.source) };
    return [...verdict.errors, ...verdict.warnings].map((finding) => findingLine(terminal, about, finding));
  });
  const judged = verdicts.filter((verdict) => verdict.judged !== false);
  const invalid = judged.filter((verdict) => !verdict.valid).length;
  const warned = judged.filter((verdict) => verdict.warnings.length > 0).length;
  const foreign = foreignText(verdicts.length - judged.length);
  return `${lines.join("")}${judged.length} judged, ${invalid} invalid, ${warned} with warnings${foreign}\n`;
}
