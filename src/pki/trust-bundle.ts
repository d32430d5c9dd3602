import { certificateInfo } from "./certificate-info.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, each by itself and ending in a line feed. */
export function certificatesOf(pem: string): readonly string[] {
  return (pem.match(CERTIFICATE) ?? []).map((block) => `${block}\n`);
}

/** One bundle of several texts: each certificate once, first come first, those that ended before `now` left out. */
export function trustBundle(pems: readonly string[], now: number): string {
  const byFingerprint = new Map<string, string>();
  for (const certificate of pems.flatMap(certificatesOf)) {
    const info = certificateInfo(certificate);
    if (info && info.notAfter > now && !byFingerprint.has(info.fingerprint)) byFingerprint.set(info.fingerprint, certificate);
  }
  return [...byFingerprint.values()].join("");
}
