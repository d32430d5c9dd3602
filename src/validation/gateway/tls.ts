import { fixedByRemoval } from "../../api/fix.ts";
import type { GatewayServer } from "../../api/networking/gateway.ts";
import type { ServerTls } from "../../api/networking/tls-settings.ts";
import { isHttp, isTls, protocolNamed } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkServerTls, isPassedOn } from "../check/server-tls.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** httpsRedirect answers plain HTTP and so is the one setting that has a meaning on a plain HTTP port. */
function isPlain(tls: ServerTls, protocol: string): boolean {
  const { serverCertificate, privateKey, caCertificates } = tls;
  return isHttp(protocolNamed(protocol)) && isPassedOn(tls) && !serverCertificate && !privateKey && !caCertificates;
}

function checkRedirect({ httpsRedirect }: ServerTls, protocol: string, path: string): readonly Finding[] {
  return httpsRedirect ? [fixedByRemoval(finding("redirectOnTls", `${path}.httpsRedirect`, { protocol }))] : [];
}

const checkServer: Check<GatewayServer> = ({ port, tls }, path) => {
  const protocol = port.protocol.toUpperCase();
  const at = `${path}.tls`;
  // That the protocol is missing is told where it should stand.
  if (protocol === "") return tls ? checkServerTls(tls, at, "gateway") : [];
  if (!tls) return isTls(protocolNamed(protocol)) ? [finding("tlsMissing", at, { protocol })] : [];
  if (isTls(protocolNamed(protocol))) return [...checkServerTls(tls, at, "gateway"), ...checkRedirect(tls, protocol, at)];
  return [...(isPlain(tls, protocol) ? [] : [finding("tlsOnPlainPort", at, { protocol })]), ...checkServerTls(tls, at, "gateway")];
};

/** TLS settings where the port carries TLS, and only there. */
export const gatewayTls: Rule<"Gateway"> = {
  id: "gateway/tls",
  kinds: ["Gateway"],
  check: ({ spec }) => each(spec.servers, "spec.servers", checkServer),
};
