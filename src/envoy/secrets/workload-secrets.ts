import { create } from "@bufbuild/protobuf";
import {
  type CertificateValidationContext,
  CertificateValidationContextSchema,
  type SubjectAltNameMatcher,
  SubjectAltNameMatcher_SanType,
  SubjectAltNameMatcherSchema,
  TlsParameters_TlsProtocol,
} from "../../gen/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import { type SdsSecretConfig, SdsSecretConfigSchema } from "../../gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.ts";
import { type CommonTlsContext, CommonTlsContextSchema } from "../../gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import type { StringMatcher } from "../../gen/envoy/type/matcher/v3/string_pb.ts";
import { agentSource } from "../wire/config-source.ts";

/** The workload's certificate and key, as served by the agent. */
export const WORKLOAD_SECRET = "default";
/** The mesh's trust bundle, as served by the agent. */
export const ROOT_SECRET = "ROOTCA";

function secretConfig(name: string): SdsSecretConfig {
  return create(SdsSecretConfigSchema, { name, sdsConfig: agentSource() });
}

/** Tests a certificate's names; one of the matchers must hold. Without `types`, both kinds of name are tried. */
export function validationByNames(
  matchers: readonly StringMatcher[],
  types: readonly SubjectAltNameMatcher_SanType[] = [SubjectAltNameMatcher_SanType.URI, SubjectAltNameMatcher_SanType.DNS],
): CertificateValidationContext {
  const names: SubjectAltNameMatcher[] = matchers.flatMap((matcher) =>
    types.map((sanType) => create(SubjectAltNameMatcherSchema, { sanType, matcher })),
  );
  return create(CertificateValidationContextSchema, { matchTypedSubjectAltNames: names });
}

export interface MeshTlsInput {
  readonly alpn: readonly string[];
  /** What the peer's certificate must say beside being signed by the mesh's root. */
  readonly validation: CertificateValidationContext;
  readonly cipherSuites?: readonly string[];
}

/** The part of a TLS context that both ends of mutual TLS in the mesh share. */
export function meshTlsContext({ alpn, validation, cipherSuites }: MeshTlsInput): CommonTlsContext {
  return create(CommonTlsContextSchema, {
    tlsParams: {
      tlsMinimumProtocolVersion: TlsParameters_TlsProtocol.TLSv1_2,
      tlsMaximumProtocolVersion: TlsParameters_TlsProtocol.TLSv1_3,
      cipherSuites: [...(cipherSuites ?? [])],
    },
    alpnProtocols: [...alpn],
    tlsCertificateSdsSecretConfigs: [secretConfig(WORKLOAD_SECRET)],
    validationContextType: {
      case: "combinedValidationContext",
      value: { defaultValidationContext: validation, validationContextSdsSecretConfig: secretConfig(ROOT_SECRET) },
    },
  });
}
