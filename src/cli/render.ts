import { styleText } from "node:util";
import type { OutputFormat } from "./program.ts";

/** Where text goes, and whether a person looks at it. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly colours: boolean;
}

/** Colours where a person reads; NO_COLOR and FORCE_COLOR say otherwise, as they do to other programs. */
export function wantsColours(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const { NO_COLOR: none = "", FORCE_COLOR: force = "" } = env;
  if (none !== "") return false;
  return force === "" ? isTerminal : force !== "0" && force !== "false";
}

export type Tone = "red" | "yellow" | "green" | "dim" | "bold";

export function paint(terminal: Terminal, tone: Tone, text: string): string {
  return terminal.colours ? styleText(tone, text, { validateStream: false }) : text;
}

/** The value as JSON or YAML, or as what `asText` makes of it. `yaml` is handed in: its library belongs to `source`. */
export function render<T>(value: T, format: OutputFormat, asText: (value: T) => string, toYaml: (value: unknown) => string): string {
  if (format === "json") {
    return `${JSON.stringify(value, null, 2)}\n`;
  }
  return format === "yaml" ? toYaml(value) : asText(value);
}

const GAP = " ".repeat(5);

/** Columns as wide as their widest cell, with istioctl's five spaces between them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(GAP);
  return [header, ...rows].map((row) => `${line(row).trimEnd()}\n`).join("");
}
