import { create, fromBinary, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { type DeltaDiscoveryRequest, DeltaDiscoveryRequestSchema } from "../gen/envoy/service/discovery/v3/discovery_pb.ts";

/** Who a client says it is. A claim: see `src/xds/identify.ts` for what of it is believed. */
export interface NodeClaim {
  readonly id: string;
  readonly cluster: string;
  readonly metadata: JsonObject;
}

/** A DeltaDiscoveryRequest in our words. */
export interface DeltaRequest {
  readonly typeUrl: string;
  /** Present on the first request of a stream. */
  readonly node?: NodeClaim;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** name → version of what the client already holds; only in the first request of a type on a stream. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Nonce of the response that this acknowledges or rejects; empty otherwise. */
  readonly nonce: string;
  /** Present when the response was rejected. */
  readonly error?: { readonly code: number; readonly message: string };
}

/** Throws when the bytes are no DeltaDiscoveryRequest. */
export function decodeDeltaRequest(bytes: Uint8Array): DeltaRequest {
  const wire = fromBinary(DeltaDiscoveryRequestSchema, bytes);
  return {
    typeUrl: wire.typeUrl,
    ...(wire.node && { node: { id: wire.node.id, cluster: wire.node.cluster, metadata: wire.node.metadata ?? {} } }),
    subscribe: wire.resourceNamesSubscribe,
    unsubscribe: wire.resourceNamesUnsubscribe,
    initialVersions: new Map(Object.entries(wire.initialResourceVersions)),
    nonce: wire.responseNonce,
    ...(wire.errorDetail && { error: { code: wire.errorDetail.code, message: wire.errorDetail.message } }),
  };
}

/** What is left out is empty. */
export function encodeDeltaRequest(request: Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">): Uint8Array {
  const message: DeltaDiscoveryRequest = create(DeltaDiscoveryRequestSchema, {
    typeUrl: request.typeUrl,
    ...(request.node && { node: { id: request.node.id, cluster: request.node.cluster, metadata: request.node.metadata } }),
    resourceNamesSubscribe: [...(request.subscribe ?? [])],
    resourceNamesUnsubscribe: [...(request.unsubscribe ?? [])],
    initialResourceVersions: Object.fromEntries(request.initialVersions ?? []),
    responseNonce: request.nonce ?? "",
    ...(request.error && { errorDetail: { code: request.error.code, message: request.error.message } }),
  });
  return toBinary(DeltaDiscoveryRequestSchema, message);
}
