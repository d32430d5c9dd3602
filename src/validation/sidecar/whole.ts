import { finding } from "../../telemetry/catalogue.ts";
import { checkConnectionPool } from "../check/connection-pool.ts";
import { checkDestination } from "../check/destination.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import { present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Something is set; selector, pool and egress proxy can be. */
export const sidecarWhole: Rule<"Sidecar"> = {
  id: "sidecar/whole",
  kinds: ["Sidecar"],
  check: ({ spec: { workloadSelector, ingress, egress, inboundConnectionPool, outboundTrafficPolicy } }) => {
    const says = ingress?.length || egress?.length || inboundConnectionPool || outboundTrafficPolicy;
    const proxy = outboundTrafficPolicy?.egressProxy;
    const path = "spec.outboundTrafficPolicy.egressProxy";
    return [
      ...(says ? [] : [finding("sidecarEmpty", "spec", {})]),
      ...present(workloadSelector?.labels, "spec.workloadSelector.labels", checkSelectorLabels),
      ...present(inboundConnectionPool, "spec.inboundConnectionPool", checkConnectionPool),
      ...present(proxy, path, checkDestination),
      ...(proxy && !proxy.port ? [finding("portMissing", `${path}.port`, {})] : []),
    ];
  },
};
