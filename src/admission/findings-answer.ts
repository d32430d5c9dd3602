import type { Finding, Level } from "../telemetry/finding.ts";
import type { AdmissionAnswer } from "./admission-request.ts";
import { fittingLines, toldLine } from "./told-lines.ts";

/** More than a terminal shows. */
const MOST_OF_REFUSAL = 16_000;

/** Refused where one finding is an error, else taken with every doubt as a warning; one finding a line. */
export function findingsAnswer(findings: readonly Finding[]): AdmissionAnswer {
  const lines = (level: Level) => findings.filter((found) => found.level === level).map(toldLine);
  const [errors, warnings] = [lines("error"), lines("warning")];
  return errors.length === 0 ? { allowed: true, warnings } : { allowed: false, code: 400, message: refusal(errors), warnings };
}

/** kubectl prints the first line behind "denied the request: ". */
function refusal(errors: readonly string[]): string {
  const lines = errors.length === 1 ? errors : [`${errors.length} errors:`, ...errors];
  return fittingLines(lines, MOST_OF_REFUSAL).join("\n");
}
