import { fieldPath } from "../../api/field-path.ts";
import type { DestinationRuleSpec } from "../../api/networking/destination-rule.ts";
import type { TrafficPolicy } from "../../api/networking/traffic-policy.ts";
import { isWildcard } from "../../base/hostname.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { knownHost } from "../known-host.ts";

interface PortAt {
  readonly port: number;
  readonly path: string;
}

function portsOf(policy: TrafficPolicy | undefined, path: string): readonly PortAt[] {
  return (policy?.portLevelSettings ?? []).flatMap(({ port }, index) =>
    port?.number === undefined ? [] : [{ port: port.number, path: `${fieldPath(`${path}.portLevelSettings`, index)}.port.number` }],
  );
}

/** Ports that have a policy of their own, of the service and of its subsets. */
function portsNamed({ trafficPolicy, subsets = [] }: DestinationRuleSpec): readonly PortAt[] {
  const ofSubsets = subsets.flatMap((subset, index) => portsOf(subset.trafficPolicy, `${fieldPath("spec.subsets", index)}.trafficPolicy`));
  return [...portsOf(trafficPolicy, "spec.trafficPolicy"), ...ofSubsets];
}

/** As many as fit into a message. */
const MOST_NAMES = 40;

/** A policy for a port is for one that the host has. */
export const policyPorts: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/policy-ports",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const host = fullHost(spec.host, namespace);
    const named = portsNamed(spec);
    if (named.length === 0 || isWildcard(host)) return [];
    const { ports } = knownHost(world, namespace, host);
    if (ports.size === 0) return [];
    const names = [...ports].slice(0, MOST_NAMES).join(", ");
    return untilMany(named, "spec", ({ port, path }) => (ports.has(port) ? [] : [finding("portUnknown", path, { host, port, names })]));
  },
};
