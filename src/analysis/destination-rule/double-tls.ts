import { fieldPath } from "../../api/field-path.ts";
import { isWildcard } from "../../base/hostname.ts";
import { isTls } from "../../base/protocol.ts";
import { virtualServicesFor } from "../../model/indexes/rules.ts";
import { fullHost } from "../../model/short-host.ts";
import { effectivePolicy } from "../../scope/destination-rule.ts";
import { reachableHost } from "../../scope/reachable-hosts.ts";
import { hostArg } from "../../scope/visible-services.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { scopeIn } from "../scope-in.ts";

const ORIGINATES: ReadonlySet<string | undefined> = new Set(["SIMPLE", "MUTUAL"]);

/**
 * What callers encrypt themselves would be encrypted once more. Silent where a VirtualService stands for the host: it may lead what
 * comes in plain text on another port there. Subsets are for such routes alone.
 */
export const doubleTls: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/double-tls",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const host = fullHost(spec.host, namespace);
    const { trafficPolicy } = spec;
    if (trafficPolicy === undefined || isWildcard(host) || world.ask(virtualServicesFor, host).length > 0) return [];
    const encrypted = world.get(reachableHost, hostArg(scopeIn(namespace), host)).filter(({ port }) => isTls(port.protocol));
    return untilMany(encrypted, "spec.trafficPolicy", ({ port }) => {
      const { tls } = effectivePolicy({ trafficPolicy, subsets: [] }, port.number);
      if (!ORIGINATES.has(tls?.mode)) return [];
      const index = (trafficPolicy.portLevelSettings ?? []).findIndex((settings) => settings.port?.number === port.number);
      const path = index < 0 ? "spec.trafficPolicy" : fieldPath("spec.trafficPolicy.portLevelSettings", index);
      return [finding("doubleTls", `${path}.tls.mode`, { mode: String(tls?.mode), host, port: port.number, protocol: port.protocol })];
    });
  },
};
