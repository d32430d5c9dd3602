import { isDeepStrictEqual } from "node:util";
import { KINDS } from "../api/kinds.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { AdmissionHandler } from "./admission-app.ts";
import type { AdmissionAnswer, AdmissionRequest, RawObject } from "./admission-request.ts";
import { findingsAnswer } from "./findings-answer.ts";

/** Judges one object as the user sent it: alone, or against all others. Without side effects, so a dry run is one like any other. */
export type Judge = (object: RawObject) => readonly Finding[];

/** API groups whose objects are judged; whatever else is sent here by a webhook that was opened too wide passes. */
const GROUPS: ReadonlySet<string> = new Set(Object.values(KINDS).flatMap(({ group }) => (group.endsWith(".istio.io") ? group : [])));

/**
 * What others have stored is seen a moment later than the API server has it: whoever changes two objects that belong together, one after
 * the other, must not be refused for the first as it was before.
 */
export interface SecondLook {
  /** Whether an error may be gone once a change of another object is seen. */
  readonly concerns: (finding: Finding) => boolean;
  readonly wait: () => Promise<void>;
}

const isError = ({ level }: Finding): boolean => level === "error";

/** Answers /validate: refused where any judge is certain of an error, else stored with every doubt as a warning. */
export function objectValidator(judges: readonly Judge[], secondLook?: SecondLook): AdmissionHandler {
  return async (request) => {
    const { object, group } = request;
    if (object === undefined || request.operation === "DELETE" || !GROUPS.has(group) || isLeaving(object)) return { allowed: true };
    const judged = (of = object) => judges.flatMap((judge) => judge(of));
    const findings = judged();
    const errors = findings.filter(isError);
    if (secondLook === undefined || errors.length === 0 || !errors.every(secondLook.concerns)) return answer(request, findings, judged);
    await secondLook.wait();
    return answer(request, judged(), judged);
  };
}

/** Removing a finalizer must go through, whatever the object says. */
function isLeaving(object: RawObject): boolean {
  const metadata = object.metadata as RawObject | undefined;
  return typeof metadata?.deletionTimestamp === "string";
}

/** What was stored before a rule existed may still be changed elsewhere: an error of what stays as it was is told, not enforced. */
function answer(request: AdmissionRequest, findings: readonly Finding[], judged: Judge): AdmissionAnswer {
  const { operation, object, oldObject } = request;
  const errors = findings.filter(isError);
  if (operation !== "UPDATE" || object === undefined || oldObject === undefined || errors.length === 0) return findingsAnswer(findings);
  const sameSpec = isDeepStrictEqual(object.spec, oldObject.spec);
  const before = errors.some(isOfMetadata) ? judged(oldObject) : [];
  const isOld = (found: Finding): boolean => (isOfMetadata(found) ? before.some((one) => isSame(one, found)) : sameSpec);
  const told = errors.map((found) => (isOld(found) ? { ...found, level: "warning" as const } : found));
  return findingsAnswer([...told, ...findings.filter((found) => !isError(found))]);
}

const isOfMetadata = ({ path }: Finding): boolean => path.startsWith("metadata.");

const isSame = (one: Finding, other: Finding): boolean =>
  one.code === other.code && one.path === other.path && one.message === other.message;
