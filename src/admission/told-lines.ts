import type { Finding } from "../telemetry/finding.ts";
import { oneLine } from "../telemetry/one-line.ts";

/** A finding as kubectl prints it: one line, its code at the end. */
export function toldLine({ path, message, code, level }: Finding): string {
  return cut(path === "" ? message : `${path}: ${message}`, ` (${code})`, level === "error" ? MOST_OF_ERROR : MOST_OF_WARNING);
}

/** Longest line of an error; what its message repeats of the user's text is bounded, so it is hardly ever reached. */
const MOST_OF_ERROR = 1_000;
/** What the API server promises to pass on of one warning (documentation of AdmissionResponse.warnings). */
const MOST_OF_WARNING = 256;

function cut(text: string, end: string, most: number): string {
  const line = oneLine(text);
  return line.length + end.length <= most ? `${line}${end}` : `${line.slice(0, most - end.length - 1)}…${end}`;
}

/** What is said where not all lines fit. */
const more = (count: number): string => `… and ${count} more; fairlead validate lists them all`;

const MOST_OF_MORE = more(1_000_000).length;

/** As many of the first lines as `most` characters hold, each whole, and how many are left. */
export function fittingLines(lines: readonly string[], most: number): readonly string[] {
  let left = most;
  // The last line that may stand is the one that still leaves room to say that there are more.
  const fits = lines.findIndex((line, index) => {
    left -= line.length + 1;
    return left < (index === lines.length - 1 ? 0 : MOST_OF_MORE);
  });
  return fits < 0 ? lines : [...lines.slice(0, fits), more(lines.length - fits)];
}
