import type { PeerCertificate } from "node:tls";
import type { Metadata as WireMetadata } from "@grpc/grpc-js";
import { subjectAltNames } from "../base/subject-alt-names.ts";
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

/** The part of a grpc-js server call that says who calls. */
interface IncomingCall {
  readonly metadata: WireMetadata;
  getPeer(): string;
  getAuthContext(): { sslPeerCertificate?: PeerCertificate };
}

export function contextOf(call: IncomingCall): CallContext {
  const certificate = call.getAuthContext().sslPeerCertificate;
  return {
    metadata: textMetadata(call.metadata),
    peer: certificate && {
      uris: subjectAltNames(certificate.subjectaltname, "URI"),
      notAfter: Date.parse(certificate.valid_to),
      serial: certificate.serialNumber,
    },
    remote: call.getPeer(),
  };
}

function textMetadata(metadata: WireMetadata): Metadata {
  const entries = Object.entries(metadata.getMap());
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
