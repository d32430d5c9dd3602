import { fixedByRemoval } from "../../api/fix.ts";
import type { ClientTls } from "../../api/networking/tls-settings.ts";
import { isObjectName, LONGEST_SERVER_NAME } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { present } from "../each.ts";
import { checkByteLength } from "./byte-length.ts";

const FILES = ["clientCertificate", "privateKey", "caCertificates"] as const;

function given(tls: ClientTls, fields: readonly (keyof ClientTls)[]): readonly (keyof ClientTls)[] {
  return fields.filter((field) => {
    const value = tls[field];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
}

function checkSecret(tls: ClientTls, path: string): readonly Finding[] {
  return given(tls, [...FILES, "caCrl"]).map((field) => finding("tlsFilesAndSecret", `${path}.${field}`, { field }));
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

const CONFIG_MAP = "configmap://";

/** Authorities may be in a ConfigMap, of the own namespace alone. */
function checkConfigMap({ credentialName = "" }: ClientTls, path: string, namespace: string): readonly Finding[] {
  if (!credentialName.startsWith(CONFIG_MAP)) return [];
  const [name = "", space = namespace, rest] = credentialName.slice(CONFIG_MAP.length).split("/").toReversed();
  const known = rest === undefined && isObjectName(name) && space === namespace;
  return known ? [] : [finding("configMapElsewhere", `${path}.credentialName`, { value: credentialName, namespace })];
}

const checkServerName = checkByteLength("a server name", LONGEST_SERVER_NAME);

/** Certificates as the mode needs them, a name that can be asked for, and no check that is switched off at the same time. */
export function checkClientTls(tls: ClientTls, path: string, namespace: string): readonly Finding[] {
  const { mode = "DISABLE" } = tls;
  const elsewhere = checkConfigMap(tls, path, namespace);
  if (mode === "DISABLE") return elsewhere;
  const whole = [...elsewhere, ...present(tls.sni, `${path}.sni`, checkServerName)];
  if (mode !== "ISTIO_MUTUAL") return [...whole, ...checkSource(tls, path), ...checkSkip(tls, path)];
  const unused = given(tls, [...FILES, "credentialName"]);
  return [...whole, ...unused.map((field) => fixedByRemoval(finding("meshTlsUnused", `${path}.${field}`, { field })))];
}
