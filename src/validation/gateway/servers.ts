import { fixedByValue } from "../../api/fix.ts";
import type { GatewayServer } from "../../api/networking/gateway.ts";
import { isIp } from "../../base/address.ts";
import { PROTOCOL_NAMES } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkNoTargetPort, checkPortNumber, checkProtocol } from "../check/port.ts";
import { checkUnixAddress, isUnixAddress } from "../check/socket-path.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

function checkPlace({ bind = "", port }: GatewayServer, path: string): readonly Finding[] {
  if (isUnixAddress(bind)) {
    const numbered = port.number === 0 ? [] : [fixedByValue(finding("unixPort", `${path}.port.number`, {}), 0)];
    return [...checkUnixAddress(bind, `${path}.bind`), ...numbered];
  }
  return [
    ...checkPortNumber(port.number, `${path}.port.number`),
    ...(bind === "" || isIp(bind) ? [] : [finding("badAddress", `${path}.bind`, { value: bind })]),
  ];
}

const checkPort: Check<GatewayServer["port"]> = ({ protocol, name }, path) => [
  ...(protocol === "" ? [finding("missing", `${path}.protocol`, { hint: `one of ${PROTOCOL_NAMES.join(", ")}` })] : []),
  ...checkProtocol(protocol, `${path}.protocol`),
  ...(name === "" ? [finding("missing", `${path}.name`, { hint: "the name of the port, such as http" })] : []),
];

/** Every server has a place to listen, a protocol and a port name of its own. */
export const gatewayServers: Rule<"Gateway"> = {
  id: "gateway/servers",
  kinds: ["Gateway"],
  check: ({ spec: { servers = [], selector = {} } }) => [
    ...(servers.length === 0 ? [finding("gatewayNoServers", "spec.servers", {})] : []),
    ...(Object.keys(selector).length === 0 ? [finding("gatewayNoSelector", "spec.selector", {})] : []),
    ...each(servers, "spec.servers", (server, path) => [
      ...checkPlace(server, path),
      ...checkPort(server.port, `${path}.port`),
      ...present(server.port.targetPort, `${path}.port.targetPort`, checkNoTargetPort),
    ]),
    ...checkUnique(servers, "spec.servers", { what: "port name", field: "port.name", of: ({ port }) => port.name || undefined }),
  ],
};
