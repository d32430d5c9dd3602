import {
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
  Cluster_LbPolicy,
  type ClusterSchema,
} from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { MeshEndpoint, MeshService } from "../../model/mesh-service.ts";
import { buildLoadAssignment, carries } from "../endpoints/load-assignment.ts";
import { adsSource } from "../wire/config-source.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireDuration } from "../wire/wire-duration.ts";

type ClusterInit = MessagePart<typeof ClusterSchema>;

export interface DiscoveryInput {
  readonly name: string;
  readonly service: MeshService;
  readonly endpoints: readonly MeshEndpoint[];
  readonly subsetLabels?: Readonly<Record<string, string>> | undefined;
  /** The caller's address is kept, whatever the service's resolution says: PASSTHROUGH policy, or headless Service. */
  readonly keepAddress: boolean;
}

const DNS_REFRESH = "60s";

/** To the address the caller asked for. */
export const originalDestination: ClusterInit = {
  clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.ORIGINAL_DST },
  lbPolicy: Cluster_LbPolicy.CLUSTER_PROVIDED,
};

function byName(type: Cluster_DiscoveryType, input: DiscoveryInput): ClusterInit {
  const chosen = input.endpoints.filter((endpoint) => carries(endpoint, input.subsetLabels ?? {}));
  // Envoy refuses LOGICAL_DNS with more than one name; validation tells the user, the first one stands meanwhile.
  const endpoints = type === Cluster_DiscoveryType.LOGICAL_DNS ? chosen.slice(0, 1) : chosen;
  return {
    // Nor does it take one without any name.
    clusterDiscoveryType: { case: "type", value: endpoints.length === 0 ? Cluster_DiscoveryType.STATIC : type },
    dnsRefreshRate: wireDuration(DNS_REFRESH),
    respectDnsTtl: true,
    dnsLookupFamily: Cluster_DnsLookupFamily.V4_ONLY,
    loadAssignment: buildLoadAssignment({ clusterName: input.name, endpoints }),
  };
}

/** Where a cluster's endpoints come from. */
export function discovery(input: DiscoveryInput): ClusterInit {
  if (input.keepAddress) {
    return originalDestination;
  }
  switch (input.service.resolution) {
    case "NONE":
      return originalDestination;
    case "DNS":
      return byName(Cluster_DiscoveryType.STRICT_DNS, input);
    case "DNS_ROUND_ROBIN":
      return byName(Cluster_DiscoveryType.LOGICAL_DNS, input);
    case "STATIC":
      return {
        clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
        edsClusterConfig: { edsConfig: adsSource(), serviceName: input.name },
      };
  }
}
