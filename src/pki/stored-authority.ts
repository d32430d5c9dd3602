import type { AuthorityMaterial } from "./authority-material.ts";
import { privateKeyPem } from "./private-key.ts";
import { certificatesOf } from "./trust-bundle.ts";

/** Name of the Secret in which Istio, too, keeps the root that it made itself. */
export const OWN_ROOT_SECRET = "istio-ca-secret";
/** Name of the Secret in which an operator gives an authority, as for Istio. */
export const GIVEN_AUTHORITY_SECRET = "cacerts";

/** An authority as it lies in a Secret. */
export interface StoredAuthority {
  readonly material: AuthorityMaterial;
  /** What leads from it to a root, nearest first; without the root. */
  readonly chain: readonly string[];
  /** PEM: the root that signed it, and further ones to trust: those that are to come, or whose certificates still live. */
  readonly trusted: string;
  /** Under which key `trusted` is. */
  readonly trustedKey: string;
}

type Stored = Readonly<Record<string, string>>;

/** Keys of the Secrets' data: Istio's, and those of a TLS Secret, which cert-manager writes. */
const KEYS = [
  { certificate: "ca-cert.pem", key: "ca-key.pem", chain: "cert-chain.pem", root: "root-cert.pem" },
  { certificate: "tls.crt", key: "tls.key", chain: "", root: "ca.crt" },
] as const;

export function storedAuthority(stored: Stored): StoredAuthority {
  const keys = KEYS.find(({ certificate }) => stored[certificate] !== undefined) ?? KEYS[0];
  const [certPem = "", ...following] = certificatesOf(stored[keys.certificate] ?? "");
  const trusted = stored[keys.root] ?? "";
  const known = new Set([certPem, ...certificatesOf(trusted)]);
  const chain = [...following, ...certificatesOf(stored[keys.chain] ?? "")].filter((certificate) => !known.has(certificate));
  return {
    material: { certPem, key: privateKeyPem(stored[keys.key] ?? "") },
    chain: [...new Set(chain)],
    trusted,
    trustedKey: keys.root,
  };
}
