import { type Spec, without } from "./mended.ts";
import type { Meaning } from "./shaped.ts";

/** Files that Envoy can open, for fields that name some. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
  readonly revoked: string;
}

const UNCERTIFIED: readonly string[] = ["PASSTHROUGH", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"];
const CERTIFIED: readonly string[] = [
  "credentialName",
  "credentialNames",
  "tlsCertificates",
  "serverCertificate",
  "privateKey",
  "caCertificates",
  "caCrl",
];

function serverMode(value: Spec, kept: (name: string) => boolean): string {
  const wanted = String(value["mode"] ?? "PASSTHROUGH");
  if (kept("caCrl")) return "MUTUAL";
  return CERTIFIED.some(kept) && UNCERTIFIED.includes(wanted) ? "SIMPLE" : wanted;
}

/** One source of certificates, which the mode can use. */
export function serverTls(files: TlsFiles): Meaning {
  const pair = { serverCertificate: files.certificate, privateKey: files.key };
  return {
    oneOf: [["credentialName", "credentialNames", "tlsCertificates", "serverCertificate"]],
    mend: (value, kept) => {
      const mode = serverMode(value, kept);
      const bare = without(
        value,
        "credentialName",
        "credentialNames",
        "tlsCertificates",
        "serverCertificate",
        "privateKey",
        "caCertificates",
        "caCrl",
      );
      if (UNCERTIFIED.includes(mode)) return bare;
      const asks = mode === "MUTUAL" || mode === "OPTIONAL_MUTUAL";
      const given = ["credentialName", "credentialNames", "tlsCertificates"].find((name) => value[name] !== undefined);
      const source = given === undefined ? pair : { [given]: value[given] };
      return {
        ...bare,
        mode,
        ...source,
        ...(asks ? { caCertificates: files.authorities } : {}),
        ...(asks && value["caCrl"] ? { caCrl: files.revoked } : {}),
      };
    },
  };
}

export function clientTls(files: TlsFiles): Meaning {
  return {
    mend: (value) => {
      const mode = String(value["mode"] ?? "DISABLE");
      const bare = without(value, "clientCertificate", "privateKey", "caCertificates", "credentialName");
      if (mode === "DISABLE") return value;
      if (mode === "ISTIO_MUTUAL") return bare;
      const own = mode === "MUTUAL" ? { clientCertificate: files.certificate, privateKey: files.key } : {};
      const skip = value["insecureSkipVerify"] === true;
      const checked = skip
        ? without(bare, "subjectAltNames")
        : { ...bare, ...(value["caCertificates"] ? { caCertificates: files.authorities } : {}) };
      return value["credentialName"] && !skip ? { ...bare, credentialName: value["credentialName"] } : { ...checked, ...own };
    },
  };
}
