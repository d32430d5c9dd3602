import { fieldPath } from "../../api/field-path.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { type HostSet, hostSet } from "../../base/host-set.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import { fullHost } from "../../model/short-host.ts";
import { openHosts } from "../../scope/open-hosts.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { type GatewayRoutes, gatewayRoutesFor } from "../indexes/gateway-routes.ts";
import { oncePerKey } from "../once-per-key.ts";
import { seenTogether } from "../visibility.ts";
import type { World } from "../world.ts";

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;

/** Hosts that a gateway takes from a namespace; the two are given as `NAMESPACE/NAME NAMESPACE`. */
function openAt(world: World, at: string): HostSet {
  const [gateway = "", from = ""] = at.split(" ");
  const [namespace = "", name = ""] = gateway.split("/");
  const servers = world.find("Gateway", namespace, name)?.spec.servers ?? [];
  return hostSet(servers.flatMap(({ hosts }) => openHosts({ gateway, hosts }, from)));
}

/** At a gateway the rules of one namespace for a host add up; of two namespaces, one is followed and the other lost. */
export const competingAtGateways: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/competing-at-gateways",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata }, world) => {
    const own = new Set((spec.gateways ?? []).filter((each) => each !== "mesh").map((each) => gatewayKey(each, metadata.namespace)));
    if (own.size === 0) return [];
    const exportTo = resolveExportTo(spec.exportTo, metadata.namespace);
    const shared = new Map<string, string | undefined>();
    const gatewayWith = (other: GatewayRoutes): string | undefined => {
      const name = nameOf(other);
      if (!shared.has(name)) {
        const meets = other.namespace !== metadata.namespace && seenTogether(exportTo, other.exportTo);
        shared.set(name, meets ? other.gateways.find((gateway) => own.has(gateway)) : undefined);
      }
      return shared.get(name);
    };
    const open = oncePerKey((at) => openAt(world, at));
    const isServed = (host: string, other: GatewayRoutes): boolean => {
      const gateway = gatewayWith(other);
      const sets = gateway === undefined ? [] : [metadata.namespace, other.namespace].map((namespace) => open(`${gateway} ${namespace}`));
      return sets.length > 0 && sets.every((hosts) => hosts.cover(host) || hosts.fallUnder(host));
    };
    return untilMany((spec.hosts ?? []).entries(), "spec.hosts", ([index, written]) => {
      const host = fullHost(written, metadata.namespace);
      const rivals = world.ask(gatewayRoutesFor, host).filter((other) => isServed(host, other));
      const [first] = rivals;
      if (first === undefined) return [];
      const names = rivals.slice(0, 20).map(nameOf).sort().join(", ");
      return [finding("gatewayRoutesCompete", fieldPath("spec.hosts", index), { names, host, gateway: gatewayWith(first) ?? "" })];
    });
  },
};
