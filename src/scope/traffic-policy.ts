import type { DestinationRuleSpec } from "../api/networking/destination-rule.ts";

type RulePolicy = NonNullable<DestinationRuleSpec["trafficPolicy"]>;

/**
 * What the DestinationRules say for one port (and subset) of a host, merged: subset over top level, port over both, whole
 * blocks at a time, as the API's documentation of `TrafficPolicy.portLevelSettings` has it.
 */
export interface EffectivePolicy {
  readonly loadBalancer?: RulePolicy["loadBalancer"];
  readonly connectionPool?: RulePolicy["connectionPool"];
  readonly outlierDetection?: RulePolicy["outlierDetection"];
  readonly tls?: RulePolicy["tls"];
  /** The rule that gave it, for the cluster's metadata. */
  readonly rule?: { readonly namespace: string; readonly name: string };
}
