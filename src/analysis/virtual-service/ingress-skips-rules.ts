import { fieldPath } from "../../api/field-path.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import { onMesh, type Rule, virtualServicesFor } from "../../model/indexes/rules.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { oncePerKey } from "../once-per-key.ts";
import { seenTogether } from "../visibility.ts";

/** Whether a VirtualService splits requests for its host into subsets of that host. */
function splits({ spec, namespace }: Rule<VirtualServiceSpec>, host: string): boolean {
  const destinations = (spec.http ?? []).flatMap(({ route = [] }) => route.map(({ destination }) => destination));
  return destinations.some(({ host: to, subset }) => Boolean(subset) && fullHost(to, namespace) === host);
}

/**
 * A gateway sends where its own VirtualService says, and does not look for rules of the host that stands there: what splits that
 * host's traffic on the mesh has no effect on requests from outside.
 */
export const ingressSkipsRules: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/ingress-skips-rules",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace, name } }, world) => {
    if (onMesh(spec)) return [];
    const own = resolveExportTo(spec.exportTo, namespace);
    const splitting = oncePerKey((host) => {
      const rules = world.ask(virtualServicesFor, host).filter((rule) => seenTogether(own, rule.exportTo) && splits(rule, host));
      return rules.find((rule) => rule.namespace !== namespace || rule.name !== name);
    });
    const routed = (spec.http ?? []).flatMap(({ route = [] }, rule) =>
      route.map(({ destination }, index) => ({ destination, path: fieldPath(`${fieldPath("spec.http", rule)}.route`, index) })),
    );
    return untilMany(routed, "spec.http", ({ destination, path }) => {
      if (destination.subset) return [];
      const host = fullHost(destination.host, namespace);
      const rule = splitting(host);
      if (rule === undefined) return [];
      return [finding("ingressSkipsRules", `${path}.destination.subset`, { host, name: `${rule.namespace}/${rule.name}` })];
    });
  },
};
