import { fieldPath } from "../../api/field-path.ts";
import type { GatewayServer } from "../../api/networking/gateway.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { isUnixAddress } from "../check/socket-path.ts";
import type { Rule } from "../rule.ts";
import { type Manner, mannerOf } from "./manner.ts";
import { sameWords } from "./same-words.ts";

interface Placed {
  readonly server: GatewayServer;
  readonly path: string;
  readonly manner: Manner;
}

/** A socket of the file system has no port, whatever is written. */
const placeOf = ({ bind = "", port }: GatewayServer): string => (isUnixAddress(bind) ? bind : `${port.number} ${bind}`);

/** Servers by the place at which they listen. */
function byPlace(servers: readonly GatewayServer[]): readonly (readonly Placed[])[] {
  const placed = servers.map((server, index) => ({ server, path: fieldPath("spec.servers", index), manner: mannerOf(server) }));
  return [...Map.groupBy(placed, ({ server }) => placeOf(server)).values()];
}

/** A place is served in one manner, that of the first server. TLS that is passed on goes beside TLS that ends: server names tell them apart. */
function mannersApart([first, ...others]: readonly Placed[]): readonly Finding[] {
  return others.flatMap(({ server: { port }, path, manner }) => {
    if (first === undefined || first.manner === manner) return [];
    const values = { port: port.number, manner, other: first.manner, first: first.path };
    return [finding("gatewayServersTwoProtocols", `${path}.port.protocol`, values)];
  });
}

function hostsApart(servers: readonly Placed[]): readonly Finding[] {
  const seen = new Map<string, string>();
  return servers.flatMap(({ server: { hosts, port }, path, manner }) =>
    hosts.flatMap((host, index) => {
      const key = `${manner} ${sameWords(host)}`;
      const at = fieldPath(`${path}.hosts`, index);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, at);
      return first === undefined ? [] : [finding("gatewayHostTwice", at, { host, port: port.number, first })];
    }),
  );
}

/** Servers of one port are told apart: they are served in one manner, and each host is one server's. */
export const gatewayServersApart: Rule<"Gateway"> = {
  id: "gateway/servers-apart",
  kinds: ["Gateway"],
  check: ({ spec: { servers = [] } }) => byPlace(servers).flatMap((group) => [...mannersApart(group), ...hostsApart(group)]),
};
