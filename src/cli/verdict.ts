import type { Finding } from "../telemetry/finding.ts";
import { paint, type Terminal } from "./render.ts";

/** What `validate` says of one document. */
export interface DocumentVerdict {
  /** `a.yaml:12`. */
  readonly source: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly valid: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const fileOf = (source: string): string => source.slice(0, source.lastIndexOf(":"));

function line(terminal: Terminal, verdict: DocumentVerdict, finding: Finding): string {
  const tone = finding.level === "error" ? "red" : "yellow";
  const place = finding.line === undefined ? verdict.source : `${fileOf(verdict.source)}:${finding.line}`;
  const path = finding.path === "" ? "" : `${finding.path}: `;
  return `${place}: ${paint(terminal, tone, finding.level)}: ${path}${finding.message} (${finding.code})\n`;
}

const named = ({ kind, namespace, name }: DocumentVerdict): string =>
  [kind, [namespace, name].filter((part) => part !== "").join("/")].filter((part) => part !== "").join(" ") || "the document";

/** One line a finding, then how many documents were judged. */
export function verdictsAsText(terminal: Terminal, verdicts: readonly DocumentVerdict[]): string {
  const lines = verdicts.flatMap((verdict) => {
    const found = [...verdict.errors, ...verdict.warnings].map((finding) => line(terminal, verdict, finding));
    return verdict.valid ? found : [...found, `${verdict.source}: ${named(verdict)} is ${paint(terminal, "red", "invalid")}\n`];
  });
  const invalid = verdicts.filter((verdict) => !verdict.valid).length;
  const warned = verdicts.filter((verdict) => verdict.warnings.length > 0).length;
  const sum = `${verdicts.length} judged, ${invalid} invalid, ${warned} with warnings\n`;
  return `${lines.join("")}${sum}`;
}
