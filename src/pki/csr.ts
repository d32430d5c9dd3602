import { generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import { pemBlock } from "./pem-block.ts";
import { type PrivateKeyPem, privateKeyPem } from "./private-key.ts";

/** A fresh key and the request to have it certified. */
export interface CertificateRequest {
  readonly csrPem: string;
  readonly key: PrivateKeyPem;
}

const generate = promisify(generateKeyPair);
const signAsync = promisify<"sha256", Uint8Array, string, Buffer>(sign);

/** ecdsa-with-SHA256, RFC 5758 §3.2. */
const ECDSA_SHA256 = Uint8Array.of(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const EXTENSION_REQUEST = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e);
const SUBJECT_ALT_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x1d, 0x11);

/**
 * PKCS #10 (RFC 2986) over a new P-256 key, with one URI name or none. Written by hand because the agent makes it: a whole X.509
 * library would be half of its bundle, for some two hundred bytes of DER.
 */
export async function createCertificateRequest(uri?: string): Promise<CertificateRequest> {
  const pair = await generate("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const info = sequence(integerZero(), sequence(), new Uint8Array(pair.publicKey), uri === undefined ? der(0xa0) : attributes(uri));
  const signature = await signAsync("sha256", info, pair.privateKey);
  const csr = sequence(info, ECDSA_SHA256, der(0x03, Uint8Array.of(0), signature));
  return { csrPem: pemBlock("CERTIFICATE REQUEST", csr), key: privateKeyPem(pair.privateKey) };
}

function attributes(uri: string): Uint8Array {
  const names = sequence(der(0x86, new TextEncoder().encode(uri)));
  const extension = sequence(SUBJECT_ALT_NAME, der(0x01, Uint8Array.of(0xff)), der(0x04, names));
  return der(0xa0, sequence(EXTENSION_REQUEST, der(0x31, sequence(extension))));
}

const integerZero = (): Uint8Array => der(0x02, Uint8Array.of(0));
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), derLength(body.length), body]);
}

function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}
