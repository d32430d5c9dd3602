import type { Finding, Level } from "../telemetry/finding.ts";
import { counted, fileOf, findingLine, foreignText } from "./finding-line.ts";
import type { Terminal } from "./render.ts";

/** What `analyze` says of one object. */
export interface AnalyzeFinding extends Finding {
  /** Empty where the document says none. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `orders.yaml:12`, the line of the field; absent where it came from the API server. */
  readonly source?: string;
}

/** One line a finding, then how many there are, and how many documents were not looked at. */
export function findingsAsText(terminal: Terminal, findings: readonly AnalyzeFinding[], foreign: number): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const lines = findings.map((finding) => findingLine(terminal, { ...finding, file: fileOf(finding.source ?? "", finding.line) }, finding));
  const told = count("info") === 0 ? "" : `, ${count("info")} for information`;
  const sum = `${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}${told}${foreignText(foreign)}\n`;
  return `${lines.join("")}${sum}`;
}
