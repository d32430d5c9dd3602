import { fieldPath } from "../../api/field-path.ts";
import type { GatewayServer } from "../../api/networking/gateway.ts";
import { keyOf, type StoredObject } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { gatewaysServing, serverKey } from "../indexes/gateways.ts";
import type { World } from "../world.ts";
import { nameOf, shareProxies } from "./share-proxies.ts";

type Gateway = StoredObject<"Gateway">;

/** Other gateways on the same pods that take a host of the server in the same words, each with these hosts. */
function rivalsOf(object: Gateway, { port, hosts }: GatewayServer, world: World): ReadonlyMap<string, readonly string[]> {
  const own = keyOf(object);
  const found = hosts.flatMap((host) =>
    world
      .ask(gatewaysServing, serverKey(port.number, host))
      .filter((other) => keyOf(other) !== own && shareProxies(object, other))
      .map((other) => ({ host, name: nameOf(other) })),
  );
  const byName = Map.groupBy(found, ({ name }) => name);
  return new Map([...byName].map(([name, shared]) => [name, shared.map(({ host }) => host)]));
}

/** Of two gateways on the same pods, a port and a host belong to one. */
export const competingGateways: AnalysisRule<"Gateway"> = {
  id: "gateway/competing-gateways",
  kinds: ["Gateway"],
  level: "warning",
  needs: [],
  check: (object, world) =>
    untilMany((object.spec.servers ?? []).entries(), "spec.servers", ([index, server]) => {
      const rivals = rivalsOf(object, server, world);
      if (rivals.size === 0) return [];
      const names = [...rivals.keys()].sort().join(", ");
      const hosts = [...new Set([...rivals.values()].flat())].join(", ");
      return [finding("gatewaysCompete", `${fieldPath("spec.servers", index)}.hosts`, { names, hosts, port: server.port.number })];
    }),
};
