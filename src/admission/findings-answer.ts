import type { Finding } from "../telemetry/finding.ts";
import type { AdmissionAnswer } from "./admission-request.ts";

/** Refused where one finding is an error, else taken with every doubt as a warning; one finding a line. */
export function findingsAnswer(findings: readonly Finding[]): AdmissionAnswer {
  const lines = (level: Finding["level"]) => findings.filter((found) => found.level === level).map(line);
  const [errors, warnings] = [lines("error"), lines("warning")];
  return errors.length === 0 ? { allowed: true, warnings } : { allowed: false, code: 400, message: errors.join("\n"), warnings };
}

function line({ path, message, code }: Finding): string {
  return path === "" ? `${message} (${code})` : `${path}: ${message} (${code})`;
}
