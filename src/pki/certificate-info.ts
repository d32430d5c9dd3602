import { createPublicKey, X509Certificate } from "node:crypto";
import type { PrivateKeyPem } from "./private-key.ts";
import type { Lifetime } from "./rotation.ts";

/** What is read of a certificate. */
export interface CertificateInfo extends Lifetime {
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  readonly serial: string;
  readonly isAuthority: boolean;
  /** SHA-256 of the DER, in hexadecimal. */
  readonly fingerprint: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKeyDer: Uint8Array;
}

/** The first certificate of the text. Undefined when it is none. */
export function certificateInfo(pem: string): CertificateInfo | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return {
      notBefore: certificate.validFromDate.getTime(),
      notAfter: certificate.validToDate.getTime(),
      uris: namesOf(certificate, "URI:"),
      dnsNames: namesOf(certificate, "DNS:"),
      serial: certificate.serialNumber,
      isAuthority: certificate.ca,
      fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      publicKeyDer: certificate.publicKey.export({ type: "spki", format: "der" }),
    };
  } catch {
    return undefined;
  }
}

function namesOf(certificate: X509Certificate, prefix: string): readonly string[] {
  const text = certificate.subjectAltName ?? "";
  // Node quotes names with odd characters; such a list could hide one name in another, so nothing of it is taken.
  if (text.includes('"')) return [];
  const entries = text.split(", ");
  return entries.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length));
}

/** Whether the first certificate of `pem` is signed by the key of the first of `authorityPem`; false also when either cannot be read. */
export function isSignedBy(pem: string, authorityPem: string): boolean {
  try {
    return new X509Certificate(pem).verify(new X509Certificate(authorityPem).publicKey);
  } catch {
    return false;
  }
}

/** Whether a certificate was made for this key; false also when the key cannot be read. */
export function keyFits(key: PrivateKeyPem, publicKeyDer: Uint8Array): boolean {
  try {
    return createPublicKey(key.reveal()).export({ type: "spki", format: "der" }).equals(publicKeyDer);
  } catch {
    return false;
  }
}
