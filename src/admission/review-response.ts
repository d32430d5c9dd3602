import type { AdmissionAnswer } from "./admission-request.ts";

/** Beyond this the API server cuts a warning itself. */
const MAX_WARNING = 256;
/** HTTP codes of Kubernetes' Status, and the reason kubectl prints beside them. */
const REASONS: Readonly<Record<number, string>> = { 400: "BadRequest", 422: "Invalid", 500: "InternalError", 503: "ServiceUnavailable" };

/** The AdmissionReview that answers the request `uid`. */
export function reviewResponse(uid: string, answer: AdmissionAnswer): object {
  const warnings = (answer.warnings ?? []).map(short);
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

function short(warning: string): string {
  return warning.length <= MAX_WARNING ? warning : `${warning.slice(0, MAX_WARNING - 1)}…`;
}
