import { isDeepStrictEqual } from "node:util";
import type { Finding } from "../telemetry/finding.ts";
import type { AdmissionHandler } from "./admission-app.ts";
import type { AdmissionAnswer, AdmissionRequest, RawObject } from "./admission-request.ts";

/** Judges one object as the user sent it: alone, or against all others. Without side effects, so a dry run is one like any other. */
export type Judge = (object: RawObject) => readonly Finding[];

/** Answers /validate: refused where any judge is certain of an error, else stored with every doubt as a warning. */
export function objectValidator(judges: readonly Judge[]): AdmissionHandler {
  return async (request) => {
    if (request.object === undefined || isLeaving(request.object)) return { allowed: true };
    const { object } = request;
    return answer(
      request,
      judges.flatMap((judge) => judge(object)),
    );
  };
}

/** Removing a finalizer must go through, whatever the object says. */
function isLeaving(object: RawObject): boolean {
  const metadata = object.metadata as RawObject | undefined;
  return typeof metadata?.deletionTimestamp === "string";
}

function answer(request: AdmissionRequest, findings: readonly Finding[]): AdmissionAnswer {
  const errors = findings.filter((finding) => finding.level === "error").map(line);
  const warnings = findings.filter((finding) => finding.level === "warning").map(line);
  if (errors.length === 0) return { allowed: true, warnings };
  // What was stored before a rule existed may still get a label: the error is told, not enforced.
  if (specUnchanged(request)) return { allowed: true, warnings: [...errors, ...warnings] };
  return { allowed: false, code: 400, message: errors.join("\n"), warnings };
}

function specUnchanged({ operation, object, oldObject }: AdmissionRequest): boolean {
  return operation === "UPDATE" && oldObject !== undefined && isDeepStrictEqual(object?.spec, oldObject.spec);
}

function line({ path, message, code }: Finding): string {
  return path === "" ? `${message} (${code})` : `${path}: ${message} (${code})`;
}
