import { create } from "@bufbuild/protobuf";
import type { Protocol } from "../../base/protocol.ts";
import { type Cluster, Cluster_DiscoveryType, ClusterSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireAddress } from "../wire/wire-address.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import { inboundClusterName } from "./cluster-name.ts";
import { connectionLimits } from "./connection-limits.ts";
import { originalDestination } from "./discovery.ts";
import { httpProtocol } from "./http-protocol.ts";
import { loopSource } from "./loop-source.ts";

export interface InboundClusterInput {
  /** The port the workload listens on; names the cluster. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `IP:PORT` or `unix:///path` from a Sidecar's ingress listener. Absent: the address the caller asked for. */
  readonly defaultEndpoint?: string;
  readonly connectTimeout: string;
  readonly ipv6: boolean;
}

function fixedEndpoint(name: string, endpoint: string): MessagePart<typeof ClusterSchema> {
  const colon = endpoint.startsWith("unix://") ? endpoint.length : endpoint.lastIndexOf(":");
  const host = endpoint.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const address = wireAddress(host, Number(endpoint.slice(colon + 1)));
  return {
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: "endpoint", value: { address } } }] }] },
  };
}

/** The cluster `inbound|PORT||`. */
export function buildInboundCluster(input: InboundClusterInput): Cluster {
  const name = inboundClusterName(input.port);
  const timeout = wireDuration(input.connectTimeout);
  const { defaultEndpoint } = input;
  const toCalled = { ...originalDestination, upstreamBindConfig: loopSource(input) };
  return create(ClusterSchema, {
    name,
    altStatName: `${name};`,
    ...(defaultEndpoint === undefined ? toCalled : fixedEndpoint(name, defaultEndpoint)),
    ...(timeout && { connectTimeout: timeout }),
    circuitBreakers: connectionLimits(undefined),
    typedExtensionProtocolOptions: httpProtocol({ protocol: input.protocol }),
  });
}
