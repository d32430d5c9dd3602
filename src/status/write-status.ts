import type { Clock } from "../base/clock.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { ApiError, hasCode } from "../source/kubernetes/api-error.ts";
import type { RawObject } from "../source/kubernetes/raw-object.ts";
import type { ObjectAddress } from "./object-address.ts";
import { createPace, type Pace } from "./pace.ts";

/**
 * What became of a write: `gone`: the object is no more, or another one by that name, or another version than the one that was asked for;
 * `conflict`: someone else manages a field of it; `refused`: the kind has no status, or another one, so that every write of it would fail.
 */
export type Applied =
  | { readonly result: "written"; readonly object: RawObject }
  | { readonly result: "gone" }
  | { readonly result: "conflict" | "refused"; readonly reason: string };

/** Our part of a status, to be written by server-side apply. */
export interface StatusPart {
  readonly address: ObjectAddress;
  /** Under which name the API server keeps which fields are ours. */
  readonly manager: string;
  /** Which object is meant; with a resourceVersion, only that version of it. */
  readonly meant: { readonly uid: string; readonly resourceVersion?: string };
  /** All that is ours of it; what was ours before and is left out goes. Absent: nothing is. */
  readonly status?: object;
  /** Take over what other managers hold. */
  readonly force?: boolean;
}

export interface WriteParts {
  readonly client: ApiClient;
  /** Counts what became of a write. */
  readonly count: (result: Applied["result"] | "failed") => void;
}

const WRITES_A_SECOND = 50;

/** How fast one part of all statuses is written. */
export function statusPace(clock: Clock): Pace {
  return createPace({ clock, perSecond: WRITES_A_SECOND, burst: WRITES_A_SECOND });
}

/** Writes a part of a status, and nothing else of the object. A server that is away or asks for patience stops all writes for a while. */
export async function writeStatus({ client, count }: WriteParts, part: StatusPart, pace: Pace): Promise<Applied> {
  try {
    const applied = await apply(client, part);
    count(applied.result);
    return applied;
  } catch (error) {
    count("failed");
    pace.hold(error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : AWAY_MS);
    throw error;
  }
}

const AWAY_MS = 2_000;

/** Throws what may be tried again. */
async function apply(client: ApiClient, { address, manager, meant, status, force }: StatusPart): Promise<Applied> {
  const { apiVersion, kind, namespace, name, path } = address;
  const body = { apiVersion, kind, metadata: { namespace, name, ...meant }, ...(status && { status }) };
  const query = { fieldManager: manager, ...(force && { force: "true" }) };
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
