import { fieldPath } from "../api/field-path.ts";
import type { GatewayServer } from "../api/networking/gateway.ts";
import type { StoredObject } from "../api/object.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";

type Gateway = StoredObject<"Gateway">;

/** Whether the same pods carry both: one selector asks for all that the other asks for. */
function shareProxies({ spec: { selector: one = {} } }: Gateway, { spec: { selector: other = {} } }: Gateway): boolean {
  const asks = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
    Object.entries(a).every(([key, value]) => b[key] === value);
  return asks(one, other) || asks(other, one);
}

/** Hosts that two servers of one port both take, in the same words. */
function sharedHosts(one: GatewayServer, other: GatewayServer): readonly string[] {
  if (one.port.number !== other.port.number) return [];
  return one.hosts.filter((host) => other.hosts.includes(host));
}

/** Of two gateways on the same pods, a port and a host belong to one. */
export const competingGateways: AnalysisRule<"Gateway"> = {
  id: "competing-gateways",
  kinds: ["Gateway"],
  check: (object, world) => {
    const others = world.all("Gateway").filter((other) => other.metadata !== object.metadata && shareProxies(object, other));
    return (object.spec.servers ?? []).flatMap((server, index) => {
      const rivals = others.flatMap((other) => {
        const hosts = (other.spec.servers ?? []).flatMap((theirs) => sharedHosts(server, theirs));
        return hosts.length > 0 ? [{ name: `${other.metadata.namespace}/${other.metadata.name}`, hosts }] : [];
      });
      if (rivals.length === 0) return [];
      const hosts = [...new Set(rivals.flatMap((rival) => rival.hosts))].join(", ");
      const names = rivals.map((rival) => rival.name).join(", ");
      return [finding("gatewaysCompete", `${fieldPath("spec.servers", index)}.hosts`, { names, hosts, port: server.port.number })];
    });
  },
};
