import type { SidecarSpec } from "../../api/networking/sidecar.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkConnectionPool } from "../check/connection-pool.ts";
import { checkProxyDestination } from "../check/destination.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import { type Check, present } from "../each.ts";
import type { Rule } from "../rule.ts";

type OutboundTrafficPolicy = NonNullable<SidecarSpec["outboundTrafficPolicy"]>;

const checkSelector: Check<NonNullable<SidecarSpec["workloadSelector"]>> = ({ labels = {} }, path): readonly Finding[] =>
  Object.keys(labels).length === 0 ? [finding("selectorEmpty", path, {})] : checkSelectorLabels(labels, `${path}.labels`);

const checkOutbound: Check<OutboundTrafficPolicy> = ({ mode, egressProxy }, path): readonly Finding[] => {
  if (!egressProxy) return [];
  return [
    ...(mode === "ALLOW_ANY" ? [] : [finding("egressProxyMode", `${path}.mode`, {})]),
    ...checkProxyDestination(egressProxy, `${path}.egressProxy`),
    ...(egressProxy.port ? [] : [finding("portMissing", `${path}.egressProxy.port`, {})]),
  ];
};

/** Something is set; selector, pool and egress proxy can be. */
export const sidecarWhole: Rule<"Sidecar"> = {
  id: "sidecar/whole",
  kinds: ["Sidecar"],
  check: ({ spec: { workloadSelector, ingress, egress, inboundConnectionPool, outboundTrafficPolicy } }) => {
    const says = ingress?.length || egress?.length || inboundConnectionPool || outboundTrafficPolicy;
    return [
      ...(says ? [] : [finding("sidecarEmpty", "spec", {})]),
      ...present(workloadSelector, "spec.workloadSelector", checkSelector),
      ...present(inboundConnectionPool, "spec.inboundConnectionPool", checkConnectionPool),
      ...present(outboundTrafficPolicy, "spec.outboundTrafficPolicy", checkOutbound),
    ];
  },
};
