import { fieldPath } from "../../api/field-path.ts";
import type { GatewayServer } from "../../api/networking/gateway.ts";
import { keyOf, type StoredObject } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import { MANNERS, type Manner, mannerOf } from "../../validation/gateway/manner.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { gatewaysOnPort, portKey } from "../indexes/gateways.ts";
import type { World } from "../world.ts";
import { nameOf } from "./share-proxies.ts";

type Gateway = StoredObject<"Gateway">;

interface Rivals {
  readonly manner: Manner;
  readonly names: readonly string[];
}

/** Gateways that have the same pods listen at the same place in another manner. */
function rivalsOf(object: Gateway, server: GatewayServer, world: World): readonly Rivals[] {
  const own = mannerOf(server);
  return MANNERS.filter((manner) => manner !== own).flatMap((manner) => {
    const found = world.ask(gatewaysOnPort, portKey(object, server, manner)).filter((other) => keyOf(other) !== keyOf(object));
    return found.length === 0 ? [] : [{ manner, names: found.slice(0, 20).map(nameOf) }];
  });
}

/** Where the same pods listen at one port, they listen in one manner. */
export const portProtocols: AnalysisRule<"Gateway"> = {
  id: "gateway/port-protocols",
  kinds: ["Gateway"],
  level: "error",
  needs: [],
  check: (object, world) =>
    untilMany((object.spec.servers ?? []).entries(), "spec.servers", ([index, server]) =>
      rivalsOf(object, server, world).map(({ manner, names }) => {
        const values = { port: server.port.number, manner: mannerOf(server), other: manner, names: names.join(", ") };
        return finding("gatewayPortTwoProtocols", `${fieldPath("spec.servers", index)}.port.protocol`, values);
      }),
    ),
};
