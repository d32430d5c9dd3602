import type { Finding } from "../telemetry/finding.ts";
import { ANALYSIS_MESSAGES } from "../telemetry/messages/analysis-messages.ts";

const CODES: ReadonlySet<string> = new Set(Object.values(ANALYSIS_MESSAGES).map(({ code }) => code));

/** Whether a finding is about what other objects say, so that it may be gone once one of them has changed. */
export function isAboutOthers({ code }: Finding): boolean {
  return CODES.has(code);
}
