import type { SidecarSpec } from "../../api/networking/sidecar.ts";
import type { ServerTls } from "../../api/networking/tls-settings.ts";
import { isIp } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkConnectionPool } from "../check/connection-pool.ts";
import { checkPortNumber, checkProtocol } from "../check/port.ts";
import { checkServerTls } from "../check/server-tls.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

type Ingress = NonNullable<SidecarSpec["ingress"]>[number];

/** The application's own loopback, or the pod's address by its stand-in. */
const APPLICATION = /^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]):([0-9]{1,5})$/;
const UNIX = /^unix:\/\/[/@]/;

const checkDefaultEndpoint: Check<string> = (value, path) => {
  if (value === "" || UNIX.test(value)) return [];
  const port = APPLICATION.exec(value)?.[1];
  return port === undefined ? [finding("badDefaultEndpoint", path, { value })] : checkPortNumber(Number(port), path);
};

const NOT_HERE = ["credentialName", "credentialNames", "caCertCredentialName", "httpsRedirect"] as const;
const MODES = ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"];

function checkTls(tls: ServerTls, { port }: Ingress, path: string): readonly Finding[] {
  const { mode = "PASSTHROUGH" } = tls;
  const protocol = (port.protocol ?? "").toUpperCase();
  const here = NOT_HERE.filter((name) => (Array.isArray(tls[name]) ? tls[name].length > 0 : tls[name]));
  return [
    ...(MODES.includes(mode)
      ? []
      : [finding("sidecarTls", `${path}.mode`, { field: `mode ${mode}`, hint: `write one of ${MODES.join(", ")}` })]),
    ...here.map((field) => finding("sidecarTls", `${path}.${field}`, { field, hint: "write files" })),
    ...(protocol === "HTTPS" || protocol === "TLS" ? [] : [finding("tlsOnPlainPort", path, { protocol: protocol || "without protocol" })]),
    ...checkServerTls(tls, path),
  ];
}

const checkListener: Check<Ingress> = (listener, path) => [
  ...checkPortNumber(listener.port.number ?? 0, `${path}.port.number`),
  ...present(listener.port.protocol, `${path}.port.protocol`, checkProtocol),
  ...(!listener.bind || isIp(listener.bind) ? [] : [finding("badAddress", `${path}.bind`, { value: listener.bind })]),
  ...present(listener.defaultEndpoint, `${path}.defaultEndpoint`, checkDefaultEndpoint),
  ...present(listener.connectionPool, `${path}.connectionPool`, checkConnectionPool),
  ...present(listener.tls, `${path}.tls`, (tls, at) => checkTls(tls, listener, at)),
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
