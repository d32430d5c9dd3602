import { isHttp } from "../base/protocol.ts";
import { BOUND_PORTS } from "../base/proxy-ports.ts";
import type { Reader } from "../model/evaluation.ts";
import { gatewaysSelecting } from "../model/indexes/rules.ts";
import { labelKeys, selects } from "../model/indexes/selected-by-label.ts";
import { isPortNumber } from "../model/mesh-service.ts";
import { declaredProtocol } from "../model/protocol.ts";

/** A server of a Gateway object. */
export interface GatewayServer {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** As written: `dnsName` or `namespace/dnsName`. */
  readonly hosts: readonly string[];
}

/** A port at which a gateway's Envoy listens, with all servers that share it. */
export interface GatewayPort {
  /** Port of the servers: what callers and VirtualServices mean. */
  readonly port: number;
  /** Port Envoy binds: the Service's targetPort for it. */
  readonly bindPort: number;
  readonly servers: readonly GatewayServer[];
}

/** HTTP ports of all Gateways that choose a workload with these labels, by number. `bound` maps service port to bound port. */
export function gatewayPorts(
  reader: Reader,
  labels: Readonly<Record<string, string>>,
  bound: ReadonlyMap<number, number>,
): readonly GatewayPort[] {
  const chosen = labelKeys("", labels)
    .flatMap((key) => reader.ask(gatewaysSelecting, key))
    .filter((rule) => selects(rule.spec.selector ?? {}, labels));
  const servers = chosen.flatMap((rule) =>
    (rule.spec.servers ?? [])
      .filter((server) => server.tls === undefined && isHttp(declaredProtocol(server.port?.protocol)))
      .map((server) => ({ port: server.port?.number ?? 0, gateway: `${rule.namespace}/${rule.name}`, hosts: server.hosts ?? [] })),
  );
  const byPort = Map.groupBy(
    servers.filter((server) => isPortNumber(server.port)),
    (server) => server.port,
  );
  const ports = [...byPort]
    .sort(([a], [b]) => a - b)
    .map(([port, list]) => ({ port, bindPort: bound.get(port) ?? port, servers: list.map(({ gateway, hosts }) => ({ gateway, hosts })) }));
  return ports.filter(({ bindPort }) => {
    const taken = BOUND_PORTS.includes(bindPort);
    if (taken) {
      reader.leaveOut(new Error(`gateway port ${bindPort} is one on which the proxy itself listens`));
    }
    return !taken;
  });
}
