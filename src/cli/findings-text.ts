import type { Level } from "../telemetry/finding.ts";
import { paint, type Terminal, type Tone } from "./render.ts";

/** What `analyze` says of one object. */
export interface AnalyzeFinding {
  readonly code: string;
  readonly level: Level;
  /** Empty where the document says none. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly message: string;
  /** `orders.yaml:12`, the line of the field; absent where it came from the API server. */
  readonly source?: string;
}

const TONES: Readonly<Record<Level, Tone>> = { error: "red", warning: "yellow", info: "dim" };

const joined = (parts: readonly string[], by: string): string => parts.filter((part) => part !== "").join(by);

function line(terminal: Terminal, { source = "", level, kind, namespace, name, path, message, code }: AnalyzeFinding): string {
  const object = joined([kind, joined([namespace, name], "/")], " ");
  return `${joined([source, paint(terminal, TONES[level], level), object, path, message], ": ")} (${code})\n`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** One line a finding, then how many there are. */
export function findingsAsText(terminal: Terminal, findings: readonly AnalyzeFinding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const sum = `${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}\n`;
  return `${findings.map((finding) => line(terminal, finding)).join("")}${sum}`;
}
