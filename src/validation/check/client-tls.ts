import type { ClientTls } from "../../api/networking/tls-settings.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Check } from "../each.ts";

const FILES = ["clientCertificate", "privateKey", "caCertificates"] as const;

function given(tls: ClientTls, fields: readonly (keyof ClientTls)[]): readonly (keyof ClientTls)[] {
  return fields.filter((field) => {
    const value = tls[field];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
}

function checkSecret(tls: ClientTls, path: string): readonly Finding[] {
  return given(tls, FILES).map((field) => finding("tlsFilesAndSecret", `${path}.${field}`, { field }));
}

function checkMutual(tls: ClientTls, path: string): readonly Finding[] {
  const missing = (["clientCertificate", "privateKey"] as const).filter((field) => !tls[field]);
  return missing.map((field) => finding("tlsMutualHalf", `${path}.${field}`, { field }));
}

function checkSource(tls: ClientTls, path: string): readonly Finding[] {
  if (tls.credentialName) return checkSecret(tls, path);
  return tls.mode === "MUTUAL" ? checkMutual(tls, path) : [];
}

function checkSkip(tls: ClientTls, path: string): readonly Finding[] {
  if (!tls.insecureSkipVerify) return [];
  // A Secret of MUTUAL is needed for the certificate that is shown; one of SIMPLE is only for checking.
  const looked: readonly (keyof ClientTls)[] = tls.mode === "SIMPLE" ? ["credentialName"] : [];
  return given(tls, ["caCertificates", "subjectAltNames", ...looked]).map((field) =>
    finding("tlsSkipAndCheck", `${path}.${field}`, { field }),
  );
}

/** Certificates as the mode needs them, and no check that is switched off at the same time. */
export const checkClientTls: Check<ClientTls> = (tls, path) => {
  const { mode = "DISABLE" } = tls;
  if (mode === "ISTIO_MUTUAL") {
    const extras = given(tls, [...FILES, "credentialName"]);
    return extras.map((field) => finding("tlsIstioMutualExtras", `${path}.${field}`, { field }));
  }
  if (mode === "DISABLE") return [];
  return [...checkSource(tls, path), ...checkSkip(tls, path)];
};
