import { generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";
import type { AuthorityMaterial, Identity } from "./authority-material.ts";
import { privateKeyPem } from "./private-key.ts";

/** RSA, because API servers of every age and build accept it for webhooks. */
export interface RsaCertificateOptions {
  readonly commonName: string;
  /** Empty for an authority. */
  readonly dnsNames: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** Who signs; absent for a self-signed authority. */
  readonly issuer?: AuthorityMaterial;
}

const generate = promisify(generateKeyPair);
const signAsync = promisify<"sha256", Uint8Array, string, Buffer>(sign);

/** Key and signature are made in the thread pool: forge alone would hold up the event loop for 50 ms and more. */
export async function createRsaCertificate(options: RsaCertificateOptions): Promise<Identity> {
  const pair = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  // A leading 0x01 keeps the number positive and of full length.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(options.notBefore);
  certificate.validity.notAfter = new Date(options.notAfter);
  const subject = [{ name: "commonName", value: options.commonName }];
  certificate.setSubject(subject);
  const issuer = options.issuer && forge.pki.certificateFromPem(options.issuer.certPem);
  certificate.setIssuer(issuer?.subject.attributes ?? subject);
  const extensions = options.dnsNames.length > 0 ? serverExtensions(options.dnsNames) : authorityExtensions();
  certificate.setExtensions([...extensions, ...(issuer ? [issuedBy(issuer)] : [])]);
  await signWith(certificate, options.issuer?.key.reveal() ?? pair.privateKey);
  return { certPem: forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n"), key: privateKeyPem(pair.privateKey) };
}

function authorityExtensions(): object[] {
  return [
    { name: "basicConstraints", critical: true, cA: true },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
    { name: "subjectKeyIdentifier" },
  ];
}

function serverExtensions(dnsNames: readonly string[]): object[] {
  return [
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: dnsNames.map((value) => ({ type: 2, value })) },
  ];
}

/** All authorities of ours have one name: while two overlap, OpenSSL takes the first that is called so, unless it is told which key. */
function issuedBy(issuer: forge.pki.Certificate): object {
  return { name: "authorityKeyIdentifier", keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() };
}

/** What forge does while it signs, with the arithmetic left to the runtime; its typings do not know these fields. */
interface UnsignedCertificate {
  signatureOid: string;
  siginfo: { algorithmOid: string };
  tbsCertificate: forge.asn1.Asn1;
  signature: string;
}

async function signWith(certificate: forge.pki.Certificate, keyPem: string): Promise<void> {
  const unsigned = certificate as unknown as UnsignedCertificate;
  const sha256WithRsa = forge.pki.oids.sha256WithRSAEncryption as string;
  unsigned.signatureOid = sha256WithRsa;
  unsigned.siginfo.algorithmOid = sha256WithRsa;
  const { getTBSCertificate } = forge.pki as unknown as { getTBSCertificate(of: forge.pki.Certificate): forge.asn1.Asn1 };
  unsigned.tbsCertificate = getTBSCertificate(certificate);
  const bytes = Buffer.from(forge.asn1.toDer(unsigned.tbsCertificate).getBytes(), "binary");
  unsigned.signature = (await signAsync("sha256", bytes, keyPem)).toString("binary");
}
