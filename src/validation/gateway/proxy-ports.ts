import { BOUND_PORTS } from "../../base/proxy-ports.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Where the gateway's own proxy listens, a server opens nothing. */
export const gatewayProxyPorts: Rule<"Gateway"> = {
  id: "gateway/proxy-ports",
  kinds: ["Gateway"],
  check: ({ spec }) =>
    each(spec.servers, "spec.servers", ({ port }, path) =>
      BOUND_PORTS.includes(port.number) ? [finding("gatewayProxyPort", `${path}.port.number`, { port: port.number })] : [],
    ),
};
