import type { SidecarSpec } from "../../api/networking/sidecar.ts";
import type { ServerTls } from "../../api/networking/tls-settings.ts";
import { isIp } from "../../base/address.ts";
import { isHttp, isTls, protocolNamed } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkConnectionPool } from "../check/connection-pool.ts";
import { checkListenerPort, checkPortNumber } from "../check/port.ts";
import { checkServerTls } from "../check/server-tls.ts";
import { checkUnixAddress, isUnixAddress } from "../check/socket-path.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

type Ingress = NonNullable<SidecarSpec["ingress"]>[number];

/** The application's own loopback, or the pod's address by its stand-in. */
const APPLICATION = /^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]|):([0-9]{1,5})$/;

const checkDefaultEndpoint: Check<string> = (value, path) => {
  if (value === "") return [];
  if (isUnixAddress(value)) return checkUnixAddress(value, path);
  const port = APPLICATION.exec(value)?.[1];
  return port === undefined ? [finding("badDefaultEndpoint", path, { value })] : checkPortNumber(Number(port), path);
};

const NOT_HERE = [
  "credentialName",
  "credentialNames",
  "caCertCredentialName",
  "tlsCertificates",
  "httpsRedirect",
  "subjectAltNames",
] as const;
/** A sidecar ends TLS of its own, or leaves it closed; traffic of the mesh it takes anyhow. */
const MODES = ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"];
const NEVER = ["ISTIO_MUTUAL", "AUTO_PASSTHROUGH"];

const checkTls: Check<ServerTls> = (tls, path) => {
  const { mode = "PASSTHROUGH" } = tls;
  const here = NOT_HERE.filter((name) => (Array.isArray(tls[name]) ? tls[name].length > 0 : tls[name]));
  return [
    ...(NEVER.includes(mode)
      ? [finding("sidecarTls", `${path}.mode`, { field: `mode ${mode}`, hint: `write one of ${MODES.join(", ")}` })]
      : []),
    ...here.map((field) => finding("sidecarTls", `${path}.${field}`, { field, hint: HINTS[field] })),
    ...checkServerTls(tls, path, "sidecar"),
  ];
};

const HINTS: Readonly<Record<(typeof NOT_HERE)[number], string>> = {
  credentialName: "write files",
  credentialNames: "write files",
  caCertCredentialName: "write the file caCertificates",
  tlsCertificates: "write serverCertificate and privateKey",
  httpsRedirect: "remove it",
  subjectAltNames: "remove it",
};

function checkPool({ connectionPool, port: { protocol = "" } }: Ingress, path: string): readonly Finding[] {
  const unused = connectionPool?.http && !isHttp(protocolNamed(protocol));
  return [
    ...present(connectionPool, path, checkConnectionPool),
    ...(unused ? [finding("httpPoolUnused", `${path}.http`, { protocol: protocol || "without protocol" })] : []),
  ];
}

/** TLS is ended on a port that is said to carry it. */
function checkSecured({ tls, port: { protocol = "" } }: Ingress, path: string): readonly Finding[] {
  if (!tls) return [];
  const plain = isTls(protocolNamed(protocol)) ? [] : [finding("sidecarTlsPort", path, { protocol: protocol || "without protocol" })];
  return [...plain, ...checkTls(tls, path)];
}

const checkListener: Check<Ingress> = (listener, path) => [
  ...checkPortNumber(listener.port.number ?? 0, `${path}.port.number`),
  ...checkListenerPort(listener.port, `${path}.port`),
  ...(!listener.bind || isIp(listener.bind) ? [] : [finding("badAddress", `${path}.bind`, { value: listener.bind })]),
  ...present(listener.defaultEndpoint, `${path}.defaultEndpoint`, checkDefaultEndpoint),
  ...checkPool(listener, `${path}.connectionPool`),
  ...checkSecured(listener, `${path}.tls`),
];

/** Ports on which traffic comes in: each once, to where an application listens, with TLS a sidecar can end. */
export const sidecarIngress: Rule<"Sidecar"> = {
  id: "sidecar/ingress",
  kinds: ["Sidecar"],
  check: ({ spec }) => [
    ...each(spec.ingress, "spec.ingress", checkListener),
    ...checkUnique(spec.ingress, "spec.ingress", { what: "port", field: "port.number", of: ({ port }) => port.number }),
  ],
};
