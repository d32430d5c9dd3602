import type { ApiClient } from "../../source/kubernetes/api-client.ts";
import { ApiError, hasCode } from "../../source/kubernetes/api-error.ts";
import type { RawObject } from "../../source/kubernetes/raw-object.ts";
import type { Assessment } from "./assess.ts";
import type { ObjectAddress } from "./object-address.ts";
import type { StoredStatus } from "./stored-statuses.ts";

/** Under which name the API server keeps which fields are ours. */
export const STATUS_MANAGER = "fairlead-status";

/**
 * What became of a write: `gone`: the object is no more, or another one by that name; `conflict`: someone else manages a field of it;
 * `refused`: the kind has no status, or another one, so that every write of it would fail.
 */
export type Applied =
  | { readonly result: "written"; readonly object: RawObject }
  | { readonly result: "gone" }
  | { readonly result: "conflict" | "refused"; readonly reason: string };

export interface StatusChange {
  readonly address: ObjectAddress;
  readonly stored: StoredStatus;
  readonly wanted: Assessment;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Writes our part of a status, and nothing else of the object. Throws what may be tried again. */
export async function applyStatus(client: ApiClient, change: StatusChange): Promise<Applied> {
  const { address, stored } = change;
  const { apiVersion, kind, namespace, name, path } = address;
  const body = { apiVersion, kind, metadata: { namespace, name, uid: stored.uid }, status: statusOf(change) };
  const query = { fieldManager: STATUS_MANAGER };
  const contentType = "application/apply-patch+yaml";
  try {
    const object = await client.json<RawObject>({ method: "PATCH", path: `${path}/status`, query, body, contentType });
    return { result: "written", object };
  } catch (error) {
    const final = finalAnswer(error);
    if (final === undefined) throw error;
    return final;
  }
}

function finalAnswer(error: unknown): Applied | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const reason = error.message;
  // The path is not served: the kind has no subresource for its status, or is gone as a whole.
  if (hasCode(error, 404)) return /could not find the requested resource/.test(reason) ? { result: "refused", reason } : { result: "gone" };
  if (hasCode(error, 409)) return /^Apply failed with/.test(reason) ? { result: "conflict", reason } : { result: "gone" };
  return hasCode(error, 400, 422) ? { result: "refused", reason } : undefined;
}

function statusOf({ stored, wanted, now }: StatusChange): object {
  const conditions = wanted.conditions.map((condition) => {
    const held = stored.conditions.find(({ type }) => type === condition.type);
    const since = held?.status === condition.status ? held.lastTransitionTime : undefined;
    return { ...condition, observedGeneration: wanted.generation, lastTransitionTime: since ?? rfc3339(now) };
  });
  return { conditions, observedGeneration: wanted.generation };
}

/** Kubernetes' times have whole seconds. */
function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -5)}Z`;
}
