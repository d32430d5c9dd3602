import { X509Certificate } from "node:crypto";
import { at, type Json, list, object, section, text } from "./config-dump.ts";
import { type SectionView, wanted } from "./view.ts";

function certificateOf(secret: Json): X509Certificate | undefined {
  const pem = at(secret, "tls_certificate", "certificate_chain") ?? at(secret, "validation_context", "trusted_ca");
  const bytes = text(at(pem, "inline_bytes"));
  try {
    return bytes === "" ? undefined : new X509Certificate(Buffer.from(bytes, "base64"));
  } catch {
    return undefined;
  }
}

function rowOf(entry: Json): readonly string[] {
  const secret = object(entry["secret"]);
  const certificate = certificateOf(secret);
  const kind = secret["tls_certificate"] === undefined ? "CA" : "Cert Chain";
  const state = text(entry["version_info"]) === "uninitialized" ? "WARMING" : "ACTIVE";
  const dates = certificate === undefined ? ["", ""] : [certificate.validTo, certificate.validFrom].map((d) => new Date(d).toISOString());
  return [text(entry["name"]), kind, state, String(certificate !== undefined), certificate?.serialNumber ?? "", ...dates];
}

export const secretView: SectionView = {
  header: ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE"],
  items: ({ dump }, filters) => {
    const secrets = section(dump, "SecretsConfigDump");
    return [...list(secrets["dynamic_active_secrets"]), ...list(secrets["dynamic_warming_secrets"])]
      .filter((entry) => wanted(filters.name, text(entry["name"])))
      .map((whole) => ({ whole, rows: [rowOf(whole)] }));
  },
};
