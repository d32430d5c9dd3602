import type { DeltaResponse } from "./delta-encoding.ts";
import type { DeltaRequest } from "./delta-request.ts";
import type { Rejection, SessionStatus } from "./delta-session.ts";
import type { EncodedResource, ResourceType } from "./resource.ts";

/** What the stream's client may see; `Subscription` of `src/envoy` is one. */
export interface AdsSource {
  names(type: ResourceType): Iterable<string>;
  get(type: ResourceType, name: string): EncodedResource | undefined;
}

/** All types of one aggregated delta stream, and the order between them. Pure: no I/O and no clock. */
export interface AdsSession {
  /** `unknown-type` when no session exists for that type URL: such a request is answered by nothing. */
  request(request: DeltaRequest): { readonly rejection?: Rejection; readonly unknownType?: string };
  changed(names: ReadonlyMap<ResourceType, Iterable<string>>): void;
  /** The next response to send: call it again each time the transport took the last one. */
  next(): DeltaResponse | undefined;
  /** Listeners or routes are held back until clusters sent before them are warm. */
  holding(): boolean;
  /** Stop holding back for the clusters in flight now; the owner calls this when its patience ends. */
  release(): void;
  /** Nothing to send and nothing unanswered. */
  settled(): boolean;
  status(): ReadonlyMap<ResourceType, SessionStatus>;
}

export function createAdsSession(_source: AdsSource): AdsSession {
  throw new Error("follows in the next change");
}
