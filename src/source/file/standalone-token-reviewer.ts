import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { TokenIdentity, TokenReviewer } from "../../api/store.ts";
import type { Clock } from "../../base/clock.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseServiceAccount } from "../service-account-name.ts";

export interface StandaloneTokenOptions {
  /** PEM file with the public half of the key that signs service-account tokens; read on every review, so it may be replaced. */
  readonly publicKeyFile: string;
  /** Required issuer; absent: any. */
  readonly issuer?: string;
  readonly clock: Clock;
}

interface Claims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

/** Seconds by which two machines' clocks may differ. */
const SKEW_SECONDS = 5;

/** Checks service-account tokens (JWT, RS256 or ES256; RFC 7519) against one public key, without Kubernetes. Rejects while that cannot be read. */
export function createStandaloneTokenReviewer(options: StandaloneTokenOptions): TokenReviewer {
  return {
    review: async (token, audience) => {
      let key: KeyObject;
      try {
        key = createPublicKey(await readFile(options.publicKeyFile));
      } catch (error) {
        throw new Error(`the key file ${options.publicKeyFile} cannot be read: ${(error as Error).message}`, { cause: error });
      }
      const claims = verified(token, key);
      return claims.ok ? judge(claims.value, audience, options) : claims;
    },
  };
}

interface Jwt {
  readonly signed: string;
  readonly signature: Buffer;
  readonly algorithm: unknown;
  readonly claims: Claims;
}

function parse(token: string): Jwt | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  const header = section(head);
  const claims = section(body);
  if (!signature || rest.length > 0 || !header || !claims) return undefined;
  return { signed: `${head}.${body}`, signature: Buffer.from(signature, "base64url"), algorithm: header["alg"], claims };
}

function verified(token: string, key: KeyObject): Result<Claims, string> {
  const jwt = parse(token);
  if (jwt === undefined) return err("the token is not a signed JWT");
  // The algorithm follows from our key; the header may only agree with it, so "none" and key confusion cannot work.
  const expected = key.asymmetricKeyType === "ec" ? "ES256" : "RS256";
  if (jwt.algorithm !== expected) {
    return err(`the token is signed by ${String(jwt.algorithm).slice(0, 20)}, the key file is for ${expected}`);
  }
  const input = { key, ...(expected === "ES256" && { dsaEncoding: "ieee-p1363" as const }) };
  const genuine = verify("sha256", Buffer.from(jwt.signed), input, jwt.signature);
  return genuine ? ok(jwt.claims) : err("the token's signature is not by the key that this control plane trusts");
}

function section(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function judge(claims: Claims, audience: string, options: StandaloneTokenOptions): Result<TokenIdentity, string> {
  const now = options.clock.now() / 1000;
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (typeof claims.exp !== "number" || claims.exp + SKEW_SECONDS <= now) return err("the token has expired, or has no expiry");
  if (typeof claims.nbf === "number" && claims.nbf - SKEW_SECONDS > now) return err("the token is not valid yet");
  if (!audiences.includes(audience)) return err(`the token is not meant for audience ${audience}`);
  if (options.issuer !== undefined && claims.iss !== options.issuer) {
    return err(`the token was issued by ${String(claims.iss)}, expected ${options.issuer}`);
  }
  return parseServiceAccount(typeof claims.sub === "string" ? claims.sub : "");
}
