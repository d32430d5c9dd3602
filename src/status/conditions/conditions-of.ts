import { isAboutOthers } from "../../analysis/about-others.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Condition } from "./condition.ts";
import { MISSING_REASONS } from "./missing-reasons.ts";

/** Findings that one message lists; a status is read by people. */
const MOST = 10;

/**
 * What is known about an object by what was found in it: is it valid, by itself and beside the others; is there all that it names; is there
 * anything else that it should be looked at for. Whatever the webhook would refuse is not accepted. The others are not asked about one that is
 * wrong by itself.
 */
export function conditionsOf(findings: readonly Finding[]): readonly Condition[] {
  const errors = findings.filter(({ level }) => level === "error");
  const wrong = errors.filter((error) => !isAboutOthers(error));
  if (wrong.length > 0) return [condition("Accepted", "False", "Invalid", wrong), ...REST.map(notJudged)];
  const missing = findings.filter(({ code }) => MISSING_REASONS.has(code));
  const doubts = findings.filter(({ level, code }) => level === "warning" && !MISSING_REASONS.has(code));
  return [accepted(errors), references(missing), analysis(doubts)];
}

/** Conditions that tell nothing of an object that is not accepted. */
const REST = ["ReferencesResolved", "PassedAnalysis"];

/** Types of all conditions that are ours. */
export const CONDITION_TYPES: readonly string[] = ["Accepted", ...REST];

const FINE = { Accepted: "the object is valid", ReferencesResolved: "all that it names is there", PassedAnalysis: "nothing is doubtful" };

function accepted(conflicts: readonly Finding[]): Condition {
  if (conflicts.length === 0) return condition("Accepted", "True", "Valid", []);
  return condition("Accepted", "False", "Conflict", conflicts);
}

function references(missing: readonly Finding[]): Condition {
  if (missing.length === 0) return condition("ReferencesResolved", "True", "Resolved", []);
  const reasons = new Set(missing.map(({ code }) => MISSING_REASONS.get(code) ?? ""));
  const [only = ""] = reasons;
  return condition("ReferencesResolved", "False", reasons.size === 1 ? only : "SeveralMissing", missing);
}

function analysis(warnings: readonly Finding[]): Condition {
  if (warnings.length === 0) return condition("PassedAnalysis", "True", "NoWarnings", []);
  return condition("PassedAnalysis", "False", "Warnings", warnings);
}

function notJudged(type: string): Condition {
  return { type, status: "Unknown", reason: "NotAccepted", message: "this is looked at once the object is accepted" };
}

function condition(type: keyof typeof FINE, status: Condition["status"], reason: string, findings: readonly Finding[]): Condition {
  return { type, status, reason, message: findings.length === 0 ? FINE[type] : told(findings) };
}

function told(findings: readonly Finding[]): string {
  const lines = findings.slice(0, MOST).map(({ path, message, code }) => `${path === "" ? "" : `${path}: `}${message} (${code})`);
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
