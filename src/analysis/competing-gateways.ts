import { fieldPath } from "../api/field-path.ts";
import type { GatewayServer } from "../api/networking/gateway.ts";
import { keyOf, type StoredObject } from "../api/object.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import type { World } from "./world.ts";

type Gateway = StoredObject<"Gateway">;

/** Whether the same pods carry both: one selector asks for all that the other asks for. */
function shareProxies({ spec: { selector: one = {} } }: Gateway, { spec: { selector: other = {} } }: Gateway): boolean {
  const asks = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
    Object.entries(a).every(([key, value]) => b[key] === value);
  return asks(one, other) || asks(other, one);
}

/** Other gateways on the same pods that take a host of the server in the same words, each with these hosts. */
function rivalsOf(object: Gateway, { port, hosts }: GatewayServer, world: World): ReadonlyMap<string, readonly string[]> {
  const own = keyOf(object);
  const found = hosts.flatMap((host) =>
    world
      .gatewaysServing(port.number, host)
      .filter((other) => keyOf(other) !== own && shareProxies(object, other))
      .map(({ metadata }) => ({ host, name: `${metadata.namespace}/${metadata.name}` })),
  );
  const byName = Map.groupBy(found, ({ name }) => name);
  return new Map([...byName].map(([name, shared]) => [name, shared.map(({ host }) => host)]));
}

/** Of two gateways on the same pods, a port and a host belong to one. */
export const competingGateways: AnalysisRule<"Gateway"> = {
  id: "competing-gateways",
  kinds: ["Gateway"],
  check: (object, world) =>
    (object.spec.servers ?? []).flatMap((server, index) => {
      const rivals = rivalsOf(object, server, world);
      if (rivals.size === 0) return [];
      const names = [...rivals.keys()].sort().join(", ");
      const hosts = [...new Set([...rivals.values()].flat())].join(", ");
      return [finding("gatewaysCompete", `${fieldPath("spec.servers", index)}.hosts`, { names, hosts, port: server.port.number })];
    }),
};
