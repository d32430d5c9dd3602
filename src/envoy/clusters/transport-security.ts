import { create } from "@bufbuild/protobuf";
import type { ClientTls } from "../../api/networking/tls-settings.ts";
import { isWildcard, LONGEST_SERVER_NAME } from "../../base/hostname.ts";
import { type Cluster_TransportSocketMatch, Cluster_TransportSocketMatchSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import { type TransportSocket, TransportSocketSchema } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { RawBufferSchema } from "../../gen/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.ts";
import {
  CertificateValidationContextSchema,
  type TlsCertificate,
  TlsCertificateSchema,
} from "../../gen/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import {
  type CommonTlsContext,
  CommonTlsContextSchema,
  UpstreamTlsContextSchema,
} from "../../gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { meshTlsContext, validationByNames } from "../secrets/workload-secrets.ts";
import { stringMatcher } from "../wire/string-matcher.ts";
import { configType } from "../wire/typed-config.ts";

/** Authorities of the system the proxy runs in, for TLS to the outside without `caCertificates`. */
export const SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";

export interface PeerIdentity {
  readonly host: string;
  readonly port: number;
  readonly subset?: string | undefined;
  /** Names one of which the peer's certificate must carry; empty: any that the authorities signed. */
  readonly subjectAltNames: readonly string[];
  readonly http2: boolean;
}

/** The name by which sidecars ask each other, so that the receiving side knows what was called; none where it would be too long to be sent. */
export function meshSni({ host, port, subset }: PeerIdentity): string {
  const name = `outbound_.${port}_.${subset ?? ""}_.${host}`;
  return name.length <= LONGEST_SERVER_NAME ? name : "";
}

function socket(commonTlsContext: CommonTlsContext, sni: string): TransportSocket {
  return create(TransportSocketSchema, {
    name: "envoy.transport_sockets.tls",
    configType: configType(UpstreamTlsContextSchema, { commonTlsContext, sni }),
  });
}

const exactNames = (names: readonly string[]) => validationByNames(names.flatMap((exact) => stringMatcher({ exact }) ?? []));

/** Mutual TLS with the workload's own certificate. */
export function meshSocket(peer: PeerIdentity, tls?: ClientTls): TransportSocket {
  const names = tls?.subjectAltNames?.length ? tls.subjectAltNames : peer.subjectAltNames;
  const alpn = peer.http2 ? ["istio", "h2"] : ["istio"];
  return socket(meshTlsContext({ alpn, validation: exactNames(names) }), tls?.sni || meshSni(peer));
}

function certificates(tls: ClientTls): TlsCertificate[] {
  if (tls.mode !== "MUTUAL" || tls.clientCertificate === undefined) {
    return [];
  }
  return [create(TlsCertificateSchema, { certificateChain: file(tls.clientCertificate), privateKey: file(tls.privateKey ?? "") })];
}

const file = (filename: string) => ({ specifier: { case: "filename", value: filename } }) as const;

/** SIMPLE and MUTUAL: TLS to a server that is no part of the mesh. */
function outsideSocket(tls: ClientTls, peer: PeerIdentity): TransportSocket {
  const names = tls.subjectAltNames?.length ? tls.subjectAltNames : peer.subjectAltNames;
  const validation = create(CertificateValidationContextSchema, {
    matchTypedSubjectAltNames: exactNames(names).matchTypedSubjectAltNames,
    trustedCa: file(tls.caCertificates || SYSTEM_ROOTS),
    ...(tls.caCrl ? { crl: file(tls.caCrl) } : {}),
  });
  const context = create(CommonTlsContextSchema, {
    tlsCertificates: certificates(tls),
    alpnProtocols: peer.http2 ? ["h2"] : [],
    ...(tls.insecureSkipVerify ? {} : { validationContextType: { case: "validationContext", value: validation } }),
  });
  return socket(context, tls.sni || (isWildcard(peer.host) ? "" : peer.host));
}

/** The socket that a DestinationRule's `tls` asks for; undefined for plain text. */
export function transportSocket(tls: ClientTls, peer: PeerIdentity): TransportSocket | undefined {
  switch (tls.mode) {
    case "ISTIO_MUTUAL":
      return meshSocket(peer, tls);
    case "SIMPLE":
    case "MUTUAL":
      return outsideSocket(tls, peer);
    default:
      return undefined;
  }
}

/** Mutual TLS to endpoints that can speak it (they carry the metadata `tlsMode: istio`), plain text to the others. */
export function automaticSockets(peer: PeerIdentity): Cluster_TransportSocketMatch[] {
  const plain = create(TransportSocketSchema, {
    name: "envoy.transport_sockets.raw_buffer",
    configType: configType(RawBufferSchema, {}),
  });
  return [
    create(Cluster_TransportSocketMatchSchema, { name: "tlsMode-istio", match: { tlsMode: "istio" }, transportSocket: meshSocket(peer) }),
    create(Cluster_TransportSocketMatchSchema, { name: "tlsMode-disabled", match: {}, transportSocket: plain }),
  ];
}
