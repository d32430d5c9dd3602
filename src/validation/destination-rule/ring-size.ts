import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import type { TrafficPolicy } from "../../api/networking/traffic-policy.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Envoy's bound: more would take its memory. */
const MOST_NODES = 8_388_608;

const checkSize: Check<number> = (value, path) => (value > MOST_NODES ? [finding("ringSize", path, { value, most: MOST_NODES })] : []);

const checkBalancer: Check<LoadBalancer> = ({ consistentHash }, path) => [
  ...present(consistentHash?.minimumRingSize, `${path}.consistentHash.minimumRingSize`, checkSize),
  ...present(consistentHash?.ringHash?.minimumRingSize, `${path}.consistentHash.ringHash.minimumRingSize`, checkSize),
];

const checkPolicy: Check<TrafficPolicy> = (policy, path) => [
  ...present(policy.loadBalancer, `${path}.loadBalancer`, checkBalancer),
  ...each(policy.portLevelSettings, `${path}.portLevelSettings`, ({ loadBalancer }, at) =>
    present(loadBalancer, `${at}.loadBalancer`, checkBalancer),
  ),
];

/** Rings of a size that the proxy makes. */
export const destinationRuleRingSize: Rule<"DestinationRule"> = {
  id: "destination-rule/ring-size",
  kinds: ["DestinationRule"],
  check: ({ spec }) => [
    ...present(spec.trafficPolicy, "spec.trafficPolicy", checkPolicy),
    ...each(spec.subsets, "spec.subsets", ({ trafficPolicy }, path) => present(trafficPolicy, `${path}.trafficPolicy`, checkPolicy)),
  ],
};
