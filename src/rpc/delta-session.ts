import type { DeltaResponse } from "./delta-encoding.ts";
import type { DeltaRequest } from "./delta-request.ts";
import type { EncodedResource } from "./resource.ts";

/** What the session's client may see of one type. */
export interface DeltaSource {
  /** Every name that a wildcard subscription covers. */
  names(): Iterable<string>;
  get(name: string): EncodedResource | undefined;
}

export interface DeltaSessionOptions {
  readonly typeUrl: string;
  /** An empty first subscription means everything: so for clusters and listeners, and no other type (xDS, "wildcard"). */
  readonly emptyMeansAll: boolean;
  /** Responses that may wait for their acknowledgement at once. */
  readonly maxInFlight: number;
  /** Body bytes after which a response is closed and the rest goes into the next. */
  readonly maxResponseBytes: number;
}

/** A response that the client did not take. `names` are those the error text mentions, or else all of the response. */
export interface Rejection {
  readonly typeUrl: string;
  readonly names: readonly string[];
  readonly message: string;
}

/** For `proxy-status`: where client and server stand. */
export interface SessionStatus {
  readonly wildcard: boolean;
  /** Names subscribed one by one. */
  readonly subscribed: number;
  /** Resources the client holds, as far as we know. */
  readonly held: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly lastAckedNonce: string;
  /** Per resource the error it was last rejected with; emptied when a later version is accepted. */
  readonly rejected: ReadonlyMap<string, string>;
}

/** `upserts`: everything but removals of what the client holds. `removals`: only those. */
export type Part = "upserts" | "removals";

/** One type on one delta stream. No I/O and no clock: requests and changes go in, responses come out. */
export interface DeltaSession {
  /** Takes a request; answers with the rejection it carried, if any. */
  request(request: DeltaRequest): Rejection | undefined;
  /** These names may have another content now. Looked at when a response is made, so changes in between coalesce. */
  changed(names: Iterable<string>): void;
  /** Sends these again though unchanged, as far as the client is subscribed. */
  resend(names: Iterable<string>): void;
  /** The next response of that part, or undefined when there is nothing to say or the limit in flight is reached. */
  next(part: Part): DeltaResponse | undefined;
  /** Something of that part is waiting to be sent. */
  pending(part: Part): boolean;
  /** Responses without an answer yet. */
  inFlight(): number;
  status(): SessionStatus;
}

export function createDeltaSession(_source: DeltaSource, _options: DeltaSessionOptions): DeltaSession {
  throw new Error("follows in the next change");
}
