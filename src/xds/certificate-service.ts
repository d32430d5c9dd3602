import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { TokenIdentity, TokenReviewer } from "../api/store.ts";
import type { Clock } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type IstioCertificateRequest, IstioCertificateRequestSchema, IstioCertificateResponseSchema } from "../gen/istio/v1/auth/ca_pb.ts";
import type { Authority } from "../pki/authority.ts";
import type { CallContext } from "../rpc/call-context.ts";
import { failure, type RpcFailure } from "../rpc/failure.ts";
import type { UnaryMethod } from "../rpc/grpc-server.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { XdsMetrics } from "./xds-metrics.ts";

export const CREATE_CERTIFICATE = "/istio.v1.auth.IstioCertificateService/CreateCertificate";
/** Audience that the kubelet writes into the tokens of injected pods. */
export const TOKEN_AUDIENCE = "istio-ca";

const DAY = 24 * 3600_000;
const DEFAULT_LIFE = DAY;
const LONGEST_LIFE = 90 * DAY;

export interface CertificateServiceOptions {
  readonly authority: () => Authority;
  readonly reviewer: TokenReviewer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: XdsMetrics;
}

/** Signs for whom the token proves, and nobody else: what the request says beyond its public key is not read. */
export function certificateService(options: CertificateServiceOptions): UnaryMethod {
  const { log, metrics } = options;
  return {
    kind: "unary",
    handle: async (bytes, context) => {
      metrics.requestsToSign.inc();
      const answer = await createCertificate(options, bytes, context);
      if (answer.ok) metrics.certificatesIssued.inc();
      else log.warn({ remote: context.remote, reason: answer.error.code, detail: answer.error.message }, "certificate refused");
      return answer;
    },
  };
}

async function createCertificate(
  options: CertificateServiceOptions,
  bytes: Uint8Array,
  context: CallContext,
): Promise<Result<Uint8Array, RpcFailure>> {
  const owner = await tokenOwner(options, context);
  if (!owner.ok) return owner;
  const request = decode(bytes);
  if (!request) return err(failure("invalid-argument", "this is not an IstioCertificateRequest"));
  const now = options.clock.now();
  const authority = options.authority();
  const issued = await authority.signWorkload(request.csr, owner.value, { now, lifeMs: lifeOf(request) });
  if (!issued.ok) return err(failure("invalid-argument", issued.error));
  options.log.info({ ...owner.value, notAfter: new Date(issued.value.notAfter).toISOString() }, "certificate issued");
  const response = create(IstioCertificateResponseSchema, { certChain: [...issued.value.chain, authority.trustBundle(now)] });
  return ok(toBinary(IstioCertificateResponseSchema, response));
}

async function tokenOwner(options: CertificateServiceOptions, context: CallContext): Promise<Result<TokenIdentity, RpcFailure>> {
  const token = /^Bearer (\S+)$/i.exec(context.metadata.authorization ?? "")?.[1];
  if (!token) return err(failure("unauthenticated", "send the service-account token as metadata `authorization: Bearer TOKEN`"));
  const review = await options.reviewer
    .review(token, TOKEN_AUDIENCE)
    .catch((error: unknown) => ({ ok: false as const, away: String(error) }));
  if (review.ok) return ok(review.value);
  if ("away" in review) {
    options.log.error({ detail: review.away }, "token review is away");
    return err(failure("unavailable", "the token cannot be reviewed now: try again"));
  }
  options.metrics.authenticationFailures.inc();
  return err(failure("unauthenticated", `the token is refused: ${review.error}`));
}

function decode(bytes: Uint8Array): IstioCertificateRequest | undefined {
  try {
    return fromBinary(IstioCertificateRequestSchema, bytes);
  } catch {
    return undefined;
  }
}

/** A shorter life than the default is granted as asked, a longer one up to the limit. */
function lifeOf(request: IstioCertificateRequest): number {
  const asked = Number(request.validityDuration) * 1000;
  return asked > 0 ? Math.min(asked, LONGEST_LIFE) : DEFAULT_LIFE;
}
