import { oneLine } from "../telemetry/one-line.ts";
import type { AdmissionAnswer } from "./admission-request.ts";
import { fittingLines } from "./told-lines.ts";

/**
 * Once warnings have more than 4,096 characters in all, the API server cuts each at 256 and drops the last ones. Some room is for those
 * of others.
 */
const MOST_OF_WARNINGS = 3_500;
/** HTTP codes of Kubernetes' Status, and the reason kubectl prints beside them. */
const REASONS: Readonly<Record<number, string>> = { 400: "BadRequest", 422: "Invalid", 500: "InternalError", 503: "ServiceUnavailable" };

/** The AdmissionReview that answers the request `uid`. */
export function reviewResponse(uid: string, answer: AdmissionAnswer): object {
  const warnings = fittingLines((answer.warnings ?? []).map(oneLine), MOST_OF_WARNINGS);
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid, allowed: answer.allowed, ...outcome(answer), ...(warnings.length === 0 ? {} : { warnings }) },
  };
}

function outcome(answer: AdmissionAnswer): object {
  if (!answer.allowed) {
    const { code, message } = answer;
    return { status: { metadata: {}, status: "Failure", code, reason: REASONS[code] ?? "BadRequest", message } };
  }
  if (answer.patch === undefined || answer.patch.length === 0) return {};
  return { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(answer.patch)).toString("base64") };
}
