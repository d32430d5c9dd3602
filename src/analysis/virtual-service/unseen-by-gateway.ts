import { fieldPath } from "../../api/field-path.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { isSeenFrom, resolveExportTo } from "../../model/export-to.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { runsIn } from "../gateway/runs-in.ts";
import { oncePerKey } from "../once-per-key.ts";
import type { World } from "../world.ts";

function placesOf(world: World, gateway: string): readonly string[] {
  const [namespace = "", name = ""] = gateway.split("/");
  const selector = world.find("Gateway", namespace, name)?.spec.selector;
  return selector === undefined ? [] : runsIn(world, selector);
}

/** A gateway follows what is exported to the namespace where its pods run. */
export const unseenByGateway: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/unseen-by-gateway",
  kinds: ["VirtualService"],
  level: "warning",
  needs: ["Pod"],
  check: ({ spec, metadata: { namespace } }, world) => {
    const exportTo = resolveExportTo(spec.exportTo, namespace);
    if (exportTo.includes("*")) return [];
    const places = oncePerKey((gateway) => placesOf(world, gateway));
    return untilMany((spec.gateways ?? []).entries(), "spec.gateways", ([index, written]) => {
      const gateway = gatewayKey(written, namespace);
      const namespaces = written === "mesh" ? [] : places(gateway);
      if (namespaces.length === 0 || namespaces.some((each) => isSeenFrom(exportTo, each))) return [];
      return [finding("unseenByGateway", fieldPath("spec.gateways", index), { gateway, namespaces: namespaces.join(", ") })];
    });
  },
};
