import { createPrivateKey, webcrypto } from "node:crypto";
import { err, ok, type Result } from "../base/result.ts";
import type { PrivateKeyPem } from "./private-key.ts";

type SigningAlgorithm = { readonly name: "ECDSA"; readonly namedCurve: string } | { readonly name: "RSASSA-PKCS1-v1_5" };

const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** A PEM key in the shape that the X.509 library signs with. Operators bring RSA authorities too, so both are taken. */
export async function importSigningKey(pem: PrivateKeyPem): Promise<Result<webcrypto.CryptoKey, string>> {
  const key = readKey(pem);
  const algorithm = key && algorithmOf(key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve);
  if (!key || !algorithm) return err("the authority's key is neither an EC key (P-256, P-384, P-521) nor an RSA key in PEM");
  const der = new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
  return ok(await webcrypto.subtle.importKey("pkcs8", der, { ...algorithm, hash: "SHA-256" }, false, ["sign"]));
}

function readKey(pem: PrivateKeyPem) {
  try {
    return createPrivateKey(pem.reveal());
  } catch {
    return undefined;
  }
}

function algorithmOf(type: string | undefined, curve: string | undefined): SigningAlgorithm | undefined {
  if (type === "rsa") return { name: "RSASSA-PKCS1-v1_5" };
  const namedCurve = type === "ec" ? CURVES[curve ?? ""] : undefined;
  return namedCurve ? { name: "ECDSA", namedCurve } : undefined;
}
