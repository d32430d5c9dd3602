import { type Spec, without } from "./mended.ts";
import type { Meaning } from "./shaped.ts";

/** Files that Envoy can open, for fields that name some. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
  readonly revoked: string;
}

type Kept = (name: string) => boolean;

const UNCERTIFIED: readonly string[] = ["PASSTHROUGH", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"];
const ASKS_CLIENT: readonly string[] = ["MUTUAL", "OPTIONAL_MUTUAL"];
const SOURCES = ["credentialName", "credentialNames", "tlsCertificates", "serverCertificate"] as const;
const CERTIFIED: readonly string[] = [...SOURCES, "privateKey", "caCertificates", "caCrl"];

function serverMode(value: Spec, kept: Kept): string {
  const wanted = String(value["mode"] ?? "PASSTHROUGH");
  if (kept("caCrl") || kept("caCertificates")) return ASKS_CLIENT.includes(wanted) ? wanted : "MUTUAL";
  return CERTIFIED.some(kept) && UNCERTIFIED.includes(wanted) ? "SIMPLE" : wanted;
}

function mendServerTls(value: Spec, kept: Kept, files: TlsFiles): Spec {
  const mode = serverMode(value, kept);
  const bare = without(value, ...CERTIFIED);
  if (UNCERTIFIED.includes(mode)) return bare;
  const pair = { serverCertificate: files.certificate, privateKey: files.key };
  const asks = ASKS_CLIENT.includes(mode);
  const given = ["credentialName", "credentialNames", "tlsCertificates"].find((name) => value[name] !== undefined);
  return {
    ...bare,
    mode,
    ...(given === undefined ? pair : { [given]: value[given] }),
    ...(asks ? { caCertificates: files.authorities } : {}),
    ...(asks && value["caCrl"] ? { caCrl: files.revoked } : {}),
  };
}

/** One source of certificates, which the mode can use. */
export function serverTls(files: TlsFiles): Meaning {
  return { oneOf: [SOURCES], mend: (value, kept) => mendServerTls(value, kept, files) };
}

const OF_SIDECARS: readonly string[] = ["SIMPLE", ...ASKS_CLIENT];

/** The same with files, which are all that a sidecar can use. */
export function sidecarTls(files: TlsFiles): Meaning {
  return {
    oneOf: [SOURCES],
    refused: ["credentialName", "credentialNames", "caCertCredentialName", "tlsCertificates", "httpsRedirect", "subjectAltNames"],
    mend: (value, kept) => {
      const mode = String(value["mode"]);
      return mendServerTls({ ...value, mode: OF_SIDECARS.includes(mode) ? mode : "SIMPLE" }, kept, files);
    },
  };
}

const OF_FILES = ["clientCertificate", "privateKey", "caCertificates", "caCrl"] as const;

export function clientTls(files: TlsFiles): Meaning {
  return {
    mend: (value, kept) => {
      const mode = String(value["mode"] ?? "DISABLE");
      const bare = without(value, ...OF_FILES, "credentialName");
      if (mode === "DISABLE") return value;
      if (mode === "ISTIO_MUTUAL") return bare;
      const skip = value["insecureSkipVerify"] === true;
      if (value["credentialName"] && !skip && !OF_FILES.some(kept)) return { ...bare, credentialName: value["credentialName"] };
      const own = mode === "MUTUAL" ? { clientCertificate: files.certificate, privateKey: files.key } : {};
      const checked = skip ? without(bare, "subjectAltNames") : { ...bare, ...checkedBy(value, files) };
      return { ...checked, ...own };
    },
  };
}

function checkedBy(value: Spec, files: TlsFiles): Spec {
  const revoked = value["caCrl"] ? { caCrl: files.revoked } : {};
  return value["caCertificates"] || value["caCrl"] ? { caCertificates: files.authorities, ...revoked } : {};
}
