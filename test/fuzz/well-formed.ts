import type { Finding } from "../../src/telemetry/finding.ts";

/** Findings a person can read: a code, a level, a sentence, and not without end. */
export function checkFindings(findings: readonly Finding[]): void {
  if (findings.length > 1000) throw new Error(`${findings.length} findings`);
  for (const { code, level, path, message } of findings) {
    const sound = /^FL\d{4}$/.test(code) && /^(error|warning|info)$/.test(level) && typeof path === "string" && message.length > 5;
    if (!sound) throw new Error(`a finding that is none: ${JSON.stringify({ code, level, path, message })}`);
    if (message.length > 5000) throw new Error(`a message of ${message.length} characters: ${message.slice(0, 200)}`);
  }
}
