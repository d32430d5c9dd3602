import { certificateInfo, keyFits } from "./certificate-info.ts";
import type { PrivateKeyPem } from "./private-key.ts";

/** A certificate that may sign others, and its key. */
export interface AuthorityMaterial {
  readonly certPem: string;
  readonly key: PrivateKeyPem;
}

/** A certificate for a server or workload with its key, leaf first, and when it ends. */
export interface Identity {
  readonly certPem: string;
  readonly key: PrivateKeyPem;
}

/** Why this cannot be signed with, in words for the operator who supplied it; undefined when it can. */
export function authorityFault(material: AuthorityMaterial, now: number): string | undefined {
  const info = certificateInfo(material.certPem);
  if (!info) return "the authority's certificate is not a certificate in PEM; give one that starts with BEGIN CERTIFICATE";
  if (!info.isAuthority) return "the certificate may not sign others; give one with basicConstraints CA:TRUE";
  if (info.notAfter <= now) return `the authority's certificate ended on ${new Date(info.notAfter).toISOString()}; give one that is valid`;
  if (!keyFits(material.key, info.publicKeyDer))
    return "key and certificate of the authority do not belong together; give the pair that was made together";
  return undefined;
}
