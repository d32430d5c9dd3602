import { isKind } from "../../api/object.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import type { Index } from "../../model/fact.ts";
import { fullHost } from "../../model/short-host.ts";

/** A VirtualService as far as it meets others at gateways. */
export interface GatewayRoutes {
  readonly namespace: string;
  readonly name: string;
  readonly exportTo: readonly string[];
  /** `namespace/name` of the gateways it is bound to. */
  readonly gateways: readonly string[];
}

/** VirtualServices that gateways follow, by host, made whole. */
export const gatewayRoutesFor: Index<GatewayRoutes> = {
  name: "gateway-routes-for",
  kinds: ["VirtualService"],
  *entries(object) {
    if (!isKind("VirtualService", object)) return;
    const { namespace, name } = object.metadata;
    const written = (object.spec.gateways ?? []).filter((gateway) => gateway !== "mesh");
    if (written.length === 0) return;
    const gateways = [...new Set(written.map((gateway) => gatewayKey(gateway, namespace)))];
    const routes = { namespace, name, gateways, exportTo: resolveExportTo(object.spec.exportTo, namespace) };
    for (const host of new Set((object.spec.hosts ?? []).map((each) => fullHost(each, namespace)))) yield [host, routes];
  },
};
