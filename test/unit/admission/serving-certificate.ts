import forge from "node-forge";
import type { ServingCertificate } from "../../../src/admission/admission-server.ts";

/** A self-signed certificate for one name and 127.0.0.1, good for an hour. */
export function servingCertificate(commonName: string): ServingCertificate {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  certificate.setSubject([{ name: "commonName", value: commonName }]);
  certificate.setIssuer([{ name: "commonName", value: commonName }]);
  // The API server looks at these names only; 7 is an IP address.
  const altNames = [
    { type: 2, value: commonName },
    { type: 7, ip: "127.0.0.1" },
  ];
  certificate.setExtensions([{ name: "subjectAltName", altNames }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: forge.pki.privateKeyToPem(keys.privateKey) };
}
