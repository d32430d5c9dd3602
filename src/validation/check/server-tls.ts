import type { ServerTls } from "../../api/networking/tls-settings.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import { checkCipherSuites, isCipherSuite } from "./cipher-suites.ts";

type Mode = NonNullable<ServerTls["mode"]>;

const SECRETS = ["credentialName", "credentialNames", "tlsCertificates"] as const;
const OLD: readonly ServerTls["minProtocolVersion"][] = ["TLSV1_0", "TLSV1_1"];
const FILES = ["serverCertificate", "privateKey", "caCertificates"] as const;
const ASKS_CLIENT: readonly Mode[] = ["MUTUAL", "OPTIONAL_MUTUAL"];

/** Whether TLS is passed on as it comes, as it is where nothing else is said. */
export function isPassedOn({ mode = "PASSTHROUGH" }: ServerTls): boolean {
  return mode === "PASSTHROUGH" || mode === "AUTO_PASSTHROUGH";
}

function secretGiven({ credentialName, credentialNames }: ServerTls): boolean {
  return Boolean(credentialName) || (credentialNames?.length ?? 0) > 0;
}

/** Ways in which the certificate is given; a lone half of a pair of files beside a Secret is left over, not a second way. */
function sources(tls: ServerTls): number {
  const { serverCertificate, privateKey, credentialName, credentialNames = [], tlsCertificates = [] } = tls;
  return [credentialName, credentialNames.length, serverCertificate && privateKey, tlsCertificates.length].filter(Boolean).length;
}

type Pair = Pick<ServerTls, "serverCertificate" | "privateKey">;

/** Who ends TLS: what may stand in place of a file that is missing. */
export type ServerSort = "gateway" | "sidecar";

/** Only a gateway reads Secrets. */
const IN_PLACE: Readonly<Record<ServerSort, Readonly<Record<"half" | "authorities", string>>>> = {
  gateway: {
    half: "write it, or credentialName in place of the files",
    authorities: "write it, or caCertCredentialName, or credentialName in place of all files",
  },
  sidecar: { half: "write it", authorities: "write it" },
};

interface Server {
  readonly mode: Mode;
  readonly sort: ServerSort;
}

function missingHalves(pair: Pair, { mode, sort }: Server, path: string): readonly Finding[] {
  const missing = (["serverCertificate", "privateKey"] as const).filter((field) => !pair[field]);
  return missing.map((field) => finding("tlsServerPart", `${path}.${field}`, { mode, field, hint: IN_PLACE[sort].half }));
}

function checkCertificate(tls: ServerTls, server: Server, path: string): readonly Finding[] {
  if (secretGiven(tls)) return [];
  const { mode, sort } = server;
  const list = tls.tlsCertificates ?? [];
  const pairs =
    list.length > 0
      ? each(list, `${path}.tlsCertificates`, (pair, at) => missingHalves(pair, server, at))
      : missingHalves(tls, server, path);
  const client = ASKS_CLIENT.includes(mode) && !tls.caCertificates && !tls.caCertCredentialName;
  const authorities = { mode, field: "caCertificates", hint: IN_PLACE[sort].authorities };
  return [...pairs, ...(client ? [finding("tlsServerPart", `${path}.caCertificates`, authorities)] : [])];
}

function checkIstioMutual(tls: ServerTls, path: string): readonly Finding[] {
  const given = [...FILES, ...SECRETS].filter((field) => tls[field]?.length);
  return given.map((field) => finding("tlsIstioMutualExtras", `${path}.${field}`, { field }));
}

function checkMode(tls: ServerTls, path: string, sort: ServerSort): readonly Finding[] {
  const { mode = "PASSTHROUGH" } = tls;
  if (mode === "ISTIO_MUTUAL") return checkIstioMutual(tls, path);
  if (sources(tls) > 1) return [finding("tlsServerSources", path, {})];
  if (!isPassedOn(tls)) return checkCertificate(tls, { mode, sort }, path);
  const given = [...FILES, "caCrl" as const, ...SECRETS].filter((field) => tls[field]?.length);
  return given.map((field) => finding("passthroughCertificate", `${path}.${field}`, { mode, field }));
}

/** A certificate given once and whole, as the mode needs it. */
export function checkServerTls(tls: ServerTls, path: string, sort: ServerSort): readonly Finding[] {
  const { mode = "PASSTHROUGH", caCrl, minProtocolVersion, cipherSuites = [] } = tls;
  const unasked = mode === "SIMPLE" ? !secretGiven(tls) : !ASKS_CLIENT.includes(mode) && mode !== "ISTIO_MUTUAL" && tls.credentialName;
  const crl = caCrl && unasked ? [finding("crlWithSimple", `${path}.caCrl`, { mode })] : [];
  const old = OLD.includes(minProtocolVersion) && !cipherSuites.some(isCipherSuite);
  return [
    ...checkMode(tls, path, sort),
    ...crl,
    ...(old ? [finding("oldTlsCiphers", `${path}.minProtocolVersion`, {})] : []),
    ...checkCipherSuites(cipherSuites, `${path}.cipherSuites`),
  ];
}
