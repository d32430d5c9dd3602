import { isWildcard } from "../../base/hostname.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { knownHost } from "../known-host.ts";

/** The host of a DestinationRule is a service that is seen there. */
export const policyHost: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/policy-host",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const value = fullHost(spec.host, namespace);
    if (isWildcard(value)) return [];
    const { declared, above } = knownHost(world, namespace, value);
    if (declared !== undefined || above !== undefined) return [];
    return [finding("hostUnknown", "spec.host", { value, hint: "correct the name, or add the service" })];
  },
};
