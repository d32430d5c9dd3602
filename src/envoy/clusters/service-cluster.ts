import type { MeshEndpoint, MeshService, ServicePort } from "../../model/mesh-service.ts";
import type { EffectivePolicy } from "../../scope/traffic-policy.ts";
import type { Cluster } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";

/** What the mesh configuration says about every cluster. */
export interface ClusterDefaults {
  /** A duration in Go's syntax, `10s`. */
  readonly connectTimeout: string;
  readonly trustDomain: string;
  /** Mutual TLS to peers that can speak it, without a DestinationRule. */
  readonly autoMtls: boolean;
}

export interface ServiceClusterInput {
  readonly service: MeshService;
  readonly port: ServicePort;
  readonly subset?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly policy: EffectivePolicy;
  /** Endpoints of this port. Written into the cluster where Envoy resolves names (DNS, DNS_ROUND_ROBIN), else not read. */
  readonly endpoints: readonly MeshEndpoint[];
  readonly mesh: ClusterDefaults;
}

/** The cluster `outbound|PORT|SUBSET|HOST`. */
export function buildServiceCluster(input: ServiceClusterInput): Cluster {
  throw new Error(`not built yet: ${input.service.host}`);
}
