import type { GatewayServer } from "../../api/networking/gateway.ts";
import type { ServerTls } from "../../api/networking/tls-settings.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkServerTls } from "../check/server-tls.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const SECURE = ["HTTPS", "TLS"];

/** httpsRedirect answers plain HTTP and so is the one setting that a plain port may have. */
function onlyRedirects(tls: ServerTls): boolean {
  return Object.entries(tls).every(([name, value]) => name === "httpsRedirect" || (name === "mode" && value === "PASSTHROUGH"));
}

const checkServer: Check<GatewayServer> = ({ port, tls }, path) => {
  const protocol = port.protocol.toUpperCase();
  if (SECURE.includes(protocol)) return tls ? checkServerTls(tls, `${path}.tls`) : [finding("tlsMissing", `${path}.tls`, { protocol })];
  if (!tls || onlyRedirects(tls)) return [];
  return [finding("tlsOnPlainPort", `${path}.tls`, { protocol }), ...checkServerTls(tls, `${path}.tls`)];
};

/** TLS settings where the port carries TLS, and only there. */
export const gatewayTls: Rule<"Gateway"> = {
  id: "gateway/tls",
  kinds: ["Gateway"],
  check: ({ spec }) => each(spec.servers, "spec.servers", checkServer),
};
