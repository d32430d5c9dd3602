import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import { IstioCertificateRequestSchema, IstioCertificateResponseSchema } from "../gen/istio/v1/auth/ca_pb.ts";
import { certificateInfo, keyFits } from "../pki/certificate-info.ts";
import { createCertificateRequest } from "../pki/csr.ts";
import type { PrivateKeyPem } from "../pki/private-key.ts";
import { type SpiffeId, spiffeUri } from "../pki/spiffe-id.ts";
import { certificatesOf } from "../pki/trust-bundle.ts";
import { connect } from "../rpc/grpc-client.ts";
import { targetName } from "./target-name.ts";

/** A workload's certificate with its key. */
export interface Identity {
  /** Leaf first, then intermediates; without the root. */
  readonly certPem: string;
  readonly key: PrivateKeyPem;
  /** The root that the authority sent with it. */
  readonly rootPem: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface CertificateClientOptions {
  /** `host:port` */
  readonly address: string;
  readonly tokenFile: string;
  readonly identity: SpiffeId;
  readonly seconds: number;
  readonly clock: Clock;
}

const PATH = "/istio.v1.auth.IstioCertificateService/CreateCertificate";
const TIMEOUT_MS = 10_000;

/** Asks the authority for a certificate over a fresh key. The error is one line for people, and holds no secret. Never rejects. */
export async function requestCertificate(options: CertificateClientOptions, rootPem: string): Promise<Result<Identity, string>> {
  // Without a bundle of ours TLS would trust the public authorities, and hand the token to whom they vouch for.
  if (rootPem === "") return err("no trust bundle yet: ConfigMap istio-ca-root-cert is not mounted, or holds no valid certificate");
  const token = readToken(options.tokenFile);
  if (token === undefined) {
    return err(`no token in ${options.tokenFile}: mount the projected service account token (audience istio-ca) there`);
  }
  try {
    return await ask(options, rootPem, token);
  } catch (error) {
    return err(`the authority's answer cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function ask(options: CertificateClientOptions, rootPem: string, token: string): Promise<Result<Identity, string>> {
  const { csrPem, key } = await createCertificateRequest(spiffeUri(options.identity));
  const body = create(IstioCertificateRequestSchema, { csr: csrPem, validityDuration: BigInt(options.seconds) });
  const tls = { rootPem, serverName: targetName(options.address) };
  const client = connect({ target: options.address, tls, clock: options.clock });
  const metadata = { authorization: `Bearer ${token}` };
  const answer = await client.unary(PATH, toBinary(IstioCertificateRequestSchema, body), { metadata, timeoutMs: TIMEOUT_MS });
  client.close();
  return answer.ok ? readAnswer(answer.value, key) : err(`${answer.error.code}: ${answer.error.message}`);
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function readAnswer(bytes: Uint8Array, key: PrivateKeyPem): Result<Identity, string> {
  const chain = fromBinary(IstioCertificateResponseSchema, bytes).certChain.flatMap(certificatesOf);
  return toIdentity(chain, key);
}

/** Puts certificate and key together, when they belong together. */
export function toIdentity(chain: readonly string[], key: PrivateKeyPem): Result<Identity, string> {
  const leaf = certificateInfo(chain[0] ?? "");
  if (leaf === undefined || !keyFits(key, leaf.publicKeyDer)) {
    return err("the authority answered with a certificate that does not belong to our key");
  }
  const roots = chain.filter(isSelfSigned);
  const own = chain.filter((certificate) => !roots.includes(certificate));
  return ok({ certPem: own.join(""), key, rootPem: roots.join(""), notBefore: leaf.notBefore, notAfter: leaf.notAfter });
}

function isSelfSigned(pem: string): boolean {
  const certificate = new X509Certificate(pem);
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey);
}
