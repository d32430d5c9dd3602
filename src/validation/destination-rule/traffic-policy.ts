import { checkTrafficPolicy } from "../check/traffic-policy.ts";
import { present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** The policy of the whole service can be carried out. */
export const destinationRuleTrafficPolicy: Rule<"DestinationRule"> = {
  id: "destination-rule/traffic-policy",
  kinds: ["DestinationRule"],
  check: ({ spec, metadata: { namespace } }) =>
    present(spec.trafficPolicy, "spec.trafficPolicy", (policy, path) => checkTrafficPolicy(policy, path, namespace)),
};
