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
    const judged = () => judges.flatMap((judge) => judge(object));
    const findings = judged();
    const errors = findings.filter(isError);
    if (secondLook === undefined || errors.length === 0 || !errors.every(secondLook.concerns)) return answer(request, findings);
    await secondLook.wait();
    return answer(request, judged());
  };
}

/** Removing a finalizer must go through, whatever the object says. */
function isLeaving(object: RawObject): boolean {
  const metadata = object.metadata as RawObject | undefined;
  return typeof metadata?.deletionTimestamp === "string";
}

/** What was stored before a rule existed may still get a label: the error is told, not enforced. */
function answer(request: AdmissionRequest, findings: readonly Finding[]): AdmissionAnswer {
  const errors = findings.filter(isError);
  if (errors.length === 0 || !specUnchanged(request)) return findingsAnswer(findings);
  const told = errors.map((found) => ({ ...found, level: "warning" as const }));
  return findingsAnswer([...told, ...findings.filter((found) => !isError(found))]);
}

function specUnchanged({ operation, object, oldObject }: AdmissionRequest): boolean {
  return operation === "UPDATE" && oldObject !== undefined && isDeepStrictEqual(object?.spec, oldObject.spec);
}
