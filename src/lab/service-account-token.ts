import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** The key that a lab's service-account tokens are signed with; the public half goes to the control plane. */
export interface TokenIssuer {
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  mint(claims: TokenClaims): string;
}

export interface TokenClaims {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod?: string;
  readonly audience: string;
  readonly expirationSeconds: number;
  /** Seconds since the epoch at which it is issued. */
  readonly issuedAt: number;
}

/** Makes an issuer with a fresh key (ES256); the claims are those of a Kubernetes bound token. */
export function createTokenIssuer(): TokenIssuer {
  const pair = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const key = createPrivateKey(pair.privateKey);
  return {
    publicKey: pair.publicKey,
    mint: (claims) => {
      const head = encode({ alg: "ES256", typ: "JWT" });
      const text = `${head}.${encode(tokenBody(claims))}`;
      return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    },
  };
}

function tokenBody(claims: TokenClaims): Record<string, unknown> {
  return {
    iss: "https://kubernetes.default.svc.cluster.local",
    sub: `system:serviceaccount:${claims.namespace}:${claims.serviceAccount}`,
    aud: [claims.audience],
    iat: claims.issuedAt,
    nbf: claims.issuedAt,
    exp: claims.issuedAt + claims.expirationSeconds,
    "kubernetes.io": {
      namespace: claims.namespace,
      serviceaccount: { name: claims.serviceAccount },
      ...(claims.pod ? { pod: { name: claims.pod } } : {}),
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
