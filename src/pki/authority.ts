import "reflect-metadata";
import { createPublicKey, type webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  type PublicKey,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { err, ok, type Result } from "../base/result.ts";
import { type AuthorityMaterial, authorityFault, type Identity } from "./authority-material.ts";
import { isSignedBy } from "./certificate-info.ts";
import { createCertificateRequest } from "./csr.ts";
import { importSigningKey } from "./signing-key.ts";
import { type SpiffeId, spiffeUri } from "./spiffe-id.ts";
import { certificatesOf, trustBundle } from "./trust-bundle.ts";

const MINUTE = 60_000;
/** Clocks of nodes differ; a certificate is valid a little before it was made. */
const BACKDATE = 2 * MINUTE;
const MAX_REQUEST_CHARACTERS = 16_384;

export interface AuthorityOptions {
  readonly material: AuthorityMaterial;
  readonly trustDomain: string;
  /** For an intermediate: the certificates between it and its root, nearest first. */
  readonly chain?: readonly string[];
  /** Further certificates to trust: an intermediate's root, the roots before and after this one while they overlap. */
  readonly alsoTrusted: readonly string[];
}

/** A certificate just made: the leaf and what leads to the root (which is in the trust bundle), each in PEM. */
export interface IssuedCertificate {
  readonly chain: readonly string[];
  readonly notAfter: number;
}

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifeMs: number;
}

/** Signs for the mesh. Whom for is decided by the caller, from what was proven: nothing but the key is taken from a request. */
export interface Authority {
  readonly trustDomain: string;
  /** Ends with the authority's own certificate; nothing it signs lives longer. */
  readonly notAfter: number;
  trustBundle(now: number): string;
  signWorkload(csrPem: string, id: Omit<SpiffeId, "trustDomain">, validity: Validity): Promise<Result<IssuedCertificate, string>>;
  /** A new key and certificate for a server of ours. */
  issueServer(dnsNames: readonly string[], validity: Validity): Promise<Identity>;
}

/** The error says what is wrong with the material. */
export async function loadAuthority(options: AuthorityOptions, now: number): Promise<Result<Authority, string>> {
  const fault = authorityFault(options.material, now);
  if (fault) return err(fault);
  const key = await importSigningKey(options.material.key);
  if (!key.ok) return key;
  const issuer: Issuer = { certificate: new X509Certificate(options.material.certPem), key: key.value };
  const { material, chain = [], alsoTrusted } = options;
  const isRoot = issuer.certificate.issuer === issuer.certificate.subject;
  const roots = alsoTrusted.flatMap(certificatesOf);
  const anchored = isAnchored(material.certPem, chain, roots);
  if (!isRoot && roots.length > 0 && !anchored) return err(NOT_ANCHORED);
  const above = isRoot ? [] : [material.certPem, ...chain];
  // An intermediate is no root: who trusts the root is shown it.
  const anchors = isRoot || !anchored ? [material.certPem, ...alsoTrusted] : alsoTrusted;
  return ok({
    trustDomain: options.trustDomain,
    notAfter: issuer.certificate.notAfter.getTime(),
    trustBundle: (at) => trustBundle(anchors, at),
    signWorkload: async (csrPem, id, validity) => {
      const publicKey = await provenKey(csrPem);
      if (!publicKey.ok) return publicKey;
      const name: JsonGeneralName = { type: "url", value: spiffeUri({ ...id, trustDomain: options.trustDomain }) };
      const leaf = await issue(issuer, publicKey.value, [name], validity);
      return ok({ chain: [leaf.pem, ...above], notAfter: leaf.notAfter });
    },
    issueServer: async (dnsNames, validity) => {
      const request = await createCertificateRequest();
      const names = dnsNames.map((value): JsonGeneralName => ({ type: "dns", value }));
      const leaf = await issue(issuer, new Pkcs10CertificateRequest(request.csrPem).publicKey, names, validity);
      return { certPem: [leaf.pem, ...above].join(""), key: request.key };
    },
  });
}

const NOT_ANCHORED =
  "the authority is no root and none of the roots signed it, nor what leads to it; add the root that did, and what is between";

/** Whether a certificate leads to one of the roots. */
function isAnchored(certPem: string, chain: readonly string[], roots: readonly string[]): boolean {
  if (roots.some((root) => isSignedBy(certPem, root))) return true;
  const next = chain.findIndex((above) => isSignedBy(certPem, above));
  return next >= 0 && isAnchored(chain[next] ?? "", chain.toSpliced(next, 1), roots);
}

interface Issuer {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** The request's key, if its owner signed the request and the key is strong enough. */
async function provenKey(csrPem: string): Promise<Result<PublicKey, string>> {
  const request = csrPem.length > MAX_REQUEST_CHARACTERS ? undefined : readRequest(csrPem);
  if (!request) return err("the certificate request is not PKCS #10 in PEM");
  if (!(await request.verify().catch(() => false))) return err("the certificate request is not signed by its own key");
  const weakness = weaknessOf(request.publicKey);
  return weakness ? err(weakness) : ok(request.publicKey);
}

function readRequest(pem: string): Pkcs10CertificateRequest | undefined {
  try {
    return new Pkcs10CertificateRequest(pem);
  } catch {
    return undefined;
  }
}

function weaknessOf(key: PublicKey): string | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: Buffer.from(key.rawData), type: "spki", format: "der" });
  if (asymmetricKeyType === "ec" && ["prime256v1", "secp384r1"].includes(asymmetricKeyDetails?.namedCurve ?? "")) return undefined;
  if (asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return undefined;
  return "the key of the certificate request is not acceptable: make an EC key on P-256 or P-384, or an RSA key of 2048 bits or more";
}

async function issue(issuer: Issuer, publicKey: PublicKey, names: JsonGeneralName[], validity: Validity) {
  const notAfter = Math.min(validity.now + validity.lifeMs, issuer.certificate.notAfter.getTime());
  const certificate = await X509CertificateGenerator.create({
    issuer: issuer.certificate.subjectName,
    notBefore: new Date(validity.now - BACKDATE),
    notAfter: new Date(notAfter),
    publicKey,
    signingKey: issuer.key,
    signingAlgorithm: { ...issuer.key.algorithm, hash: "SHA-256" },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(issuer.certificate),
      // The subject is empty, so the name must be critical (RFC 5280 §4.2.1.6).
      new SubjectAlternativeNameExtension(names, true),
    ],
  });
  return { pem: `${certificate.toString("pem")}\n`, notAfter: certificate.notAfter.getTime() };
}
