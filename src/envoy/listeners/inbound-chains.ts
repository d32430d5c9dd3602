import { create } from "@bufbuild/protobuf";
import type { TransportSocket } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { TransportSocketSchema } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { type Filter, type FilterChain, FilterChainSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { SubjectAltNameMatcher_SanType } from "../../gen/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import { DownstreamTlsContextSchema } from "../../gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { meshTlsContext, validationByNames } from "../secrets/workload-secrets.ts";
import { stringMatcher } from "../wire/string-matcher.ts";
import { configType } from "../wire/typed-config.ts";

const CIPHER_SUITES = [
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "AES128-GCM-SHA256",
];

/** What a sidecar's TLS offers when it carries anything, and when it carries HTTP. */
export const MESH_ALPN = ["istio", "istio-peer-exchange"];
export const MESH_HTTP_ALPN = ["istio-http/1.0", "istio-http/1.1", "istio-h2"];

/** Mutual TLS with callers of this mesh; anyone else's certificate is refused. */
export function inboundTls(trustDomain: string): TransportSocket {
  const prefix = stringMatcher({ prefix: `spiffe://${trustDomain}/` });
  const validation = validationByNames(prefix ? [prefix] : [], [SubjectAltNameMatcher_SanType.URI]);
  return create(TransportSocketSchema, {
    name: "envoy.transport_sockets.tls",
    configType: configType(DownstreamTlsContextSchema, {
      commonTlsContext: meshTlsContext({ alpn: ["h2", "http/1.1"], validation, cipherSuites: CIPHER_SUITES }),
      requireClientCertificate: true,
    }),
  });
}

/** The chains of one name, which differ only in how the caller comes in. */
export interface InboundChainsInput {
  readonly name: string;
  readonly port?: number;
  readonly filters: readonly Filter[];
  readonly tls: TransportSocket;
}

export interface CallerKind {
  readonly transport: "tls" | "raw_buffer";
  /** Empty: whatever the caller offers or speaks. */
  readonly alpn: readonly string[];
  /** The TLS is ended here; else its bytes are handed on. */
  readonly ended?: boolean;
}

export function inboundChain({ name, port, filters, tls }: InboundChainsInput, caller: CallerKind): FilterChain {
  return create(FilterChainSchema, {
    name,
    filterChainMatch: {
      ...(port !== undefined && { destinationPort: port }),
      transportProtocol: caller.transport,
      applicationProtocols: [...caller.alpn],
    },
    filters: [...filters],
    ...(caller.ended && { transportSocket: tls }),
  });
}
