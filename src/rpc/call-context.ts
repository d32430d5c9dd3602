import type { Metadata } from "./rpc-stream.ts";

/** What the peer proved by TLS. Present only when its certificate was signed by our trust bundle and is valid now. */
export interface VerifiedPeer {
  /** URI names of the certificate; a workload has exactly one, its SPIFFE id. */
  readonly uris: readonly string[];
  /** Milliseconds since the epoch at which the certificate ends. */
  readonly notAfter: number;
  readonly serial: string;
}

/** What is known of the caller of one call. */
export interface CallContext {
  readonly metadata: Metadata;
  readonly peer: VerifiedPeer | undefined;
  /** `address:port` of the peer, for the log. */
  readonly remote: string;
}
