import { createPublicKey, X509Certificate } from "node:crypto";
import { subjectAltNames } from "../base/subject-alt-names.ts";
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
      uris: subjectAltNames(certificate.subjectAltName, "URI"),
      dnsNames: subjectAltNames(certificate.subjectAltName, "DNS"),
      serial: certificate.serialNumber,
      isAuthority: certificate.ca,
      fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      publicKeyDer: certificate.publicKey.export({ type: "spki", format: "der" }),
    };
  } catch {
    return undefined;
  }
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
