import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { AuthorityMaterial } from "./authority-material.ts";
import { pemBlock } from "./pem-block.ts";
import { privateKeyPem } from "./private-key.ts";

const DAY = 24 * 3600_000;

export interface RootOptions {
  /** Goes into the subject as the organisation, as people's dashboards expect. */
  readonly trustDomain: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Ten years unless said. */
  readonly lifeMs?: number;
}

/** A new self-signed EC P-256 root. It starts a day in the past, for pods whose clocks are behind. */
export async function createRoot(options: RootOptions): Promise<AuthorityMaterial> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ O: [options.trustDomain] }],
    notBefore: new Date(options.now - DAY),
    notAfter: new Date(options.now + (options.lifeMs ?? 3650 * DAY)),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { certPem: `${certificate.toString("pem")}\n`, key: privateKeyPem(pemBlock("PRIVATE KEY", pkcs8)) };
}
