import type { Destination } from "../../api/networking/destination.ts";
import type { DestinationRuleSpec } from "../../api/networking/destination-rule.ts";

type LoadBalancer = NonNullable<NonNullable<DestinationRuleSpec["trafficPolicy"]>["loadBalancer"]>;

/** Where a destination as the user wrote it leads. */
export interface ResolvedDestination {
  readonly cluster: string;
  /** The `consistentHash` of the policy in force for that cluster: hashing is computed by the route. */
  readonly consistentHash?: LoadBalancer["consistentHash"];
}

/**
 * Answers for `{host, subset, port}` of a VirtualService. Must answer for unknown hosts too (with the cluster's name as it would
 * be, so that calls fail with 503 until it exists).
 */
export type ResolveDestination = (destination: Destination) => ResolvedDestination;
