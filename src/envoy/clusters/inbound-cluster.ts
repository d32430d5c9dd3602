import type { Protocol } from "../../model/mesh-service.ts";
import type { Cluster } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";

export interface InboundClusterInput {
  /** The port the workload listens on; names the cluster. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `IP:PORT` or `unix:///path` from a Sidecar's ingress listener. Absent: the address the caller asked for. */
  readonly defaultEndpoint?: string;
  readonly connectTimeout: string;
  readonly ipv6: boolean;
}

/** The cluster `inbound|PORT||`. */
export function buildInboundCluster(input: InboundClusterInput): Cluster {
  throw new Error(`not built yet: ${input.port}`);
}
