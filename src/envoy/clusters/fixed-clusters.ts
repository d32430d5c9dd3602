import { create } from "@bufbuild/protobuf";
import { type Cluster, Cluster_DiscoveryType, ClusterSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import { BLACK_HOLE, INBOUND_PASSTHROUGH, PASSTHROUGH } from "./cluster-name.ts";
import { connectionLimits } from "./connection-limits.ts";
import { originalDestination } from "./discovery.ts";
import { httpProtocol } from "./http-protocol.ts";
import { loopSource } from "./loop-source.ts";

interface ConnectTimeout {
  /** A duration in Go's syntax. */
  readonly connectTimeout: string;
}

function passing(name: string, { connectTimeout }: ConnectTimeout, more: MessagePart<typeof ClusterSchema> = {}): Cluster {
  const timeout = wireDuration(connectTimeout);
  return create(ClusterSchema, {
    name,
    altStatName: `${PASSTHROUGH};`,
    ...originalDestination,
    ...(timeout && { connectTimeout: timeout }),
    circuitBreakers: connectionLimits(undefined),
    // What is not declared has no known protocol: the caller's is kept.
    typedExtensionProtocolOptions: httpProtocol({ protocol: "auto" }),
    ...more,
  });
}

/** Where the caller meant to go, unchanged. */
export function passthroughCluster(settings: ConnectTimeout): Cluster {
  return passing(PASSTHROUGH, settings);
}

/** Has no endpoint: whatever is sent here is refused. */
export function blackHoleCluster({ connectTimeout }: ConnectTimeout): Cluster {
  const timeout = wireDuration(connectTimeout);
  return create(ClusterSchema, {
    name: BLACK_HOLE,
    altStatName: `${BLACK_HOLE};`,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    ...(timeout && { connectTimeout: timeout }),
  });
}

/** To the app on the port the caller asked for, from an address that the redirection lets through. */
export function inboundPassthroughCluster(settings: ConnectTimeout & { readonly ipv6: boolean }): Cluster {
  const typedExtensionProtocolOptions = httpProtocol({ protocol: "auto", pool: { http: { idleTimeout: "300s" } } });
  return passing(INBOUND_PASSTHROUGH, settings, { upstreamBindConfig: loopSource(settings), typedExtensionProtocolOptions });
}
