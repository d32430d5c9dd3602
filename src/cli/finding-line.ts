import type { Finding, Level } from "../telemetry/finding.ts";
import { oneLine } from "../telemetry/one-line.ts";
import { fixText } from "./fix-text.ts";
import { paint, type Terminal, type Tone } from "./render.ts";

/** What a finding is about, and the file it was read from. Each may be empty. */
export interface FindingOf {
  readonly file: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const TONES: Readonly<Record<Level, Tone>> = { error: "red", warning: "yellow", info: "dim" };

const joined = (parts: readonly string[], by: string): string => parts.filter((part) => part !== "").join(by);

/**
 * A finding as a line that editors can follow, `orders.yaml:12:7: error: VirtualService shop/orders: spec.hosts[0]: … (FL0201)`, and
 * below it what would put it right, where that is known.
 */
export function findingLine(terminal: Terminal, about: FindingOf, finding: Finding): string {
  const { line = "", column = "", level, path, message, code, fix } = finding;
  const place = joined([about.file, String(line), String(column)], ":");
  const object = joined([about.kind, joined([about.namespace, about.name], "/")], " ");
  const told = oneLine(joined([object, path, message], ": "));
  const below = fix === undefined ? "" : `    ${paint(terminal, "dim", oneLine(`fix: ${fixText(fix)}`))}\n`;
  return `${joined([place, paint(terminal, TONES[level], level), told], ": ")} ${paint(terminal, "dim", `(${code})`)}\n${below}`;
}

/** The file of a place such as `orders.yaml:12`, where the finding has a line of its own to put behind it. */
export const fileOf = (source: string, line: number | undefined): string => (line === undefined ? source : source.replace(/:[0-9]+$/, ""));

export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What is said once instead of at each document of another program. */
export function foreignText(count: number): string {
  return count === 0 ? "" : `; ${counted(count, "document")} of other kinds not judged`;
}
