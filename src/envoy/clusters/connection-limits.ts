import { create } from "@bufbuild/protobuf";
import type { ConnectionPool } from "../../api/networking/connection-pool.ts";
import { type CircuitBreakers, CircuitBreakersSchema } from "../../gen/envoy/config/cluster/v3/circuit_breaker_pb.ts";
import { type UpstreamConnectionOptions, UpstreamConnectionOptionsSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import { wholeSeconds } from "../wire/wire-duration.ts";

/** Envoy's own limits (1024) would cut busy services without being asked to. */
const UNLIMITED = 0xffff_ffff;

/** Limits of the connection pool; a limit that is unset or 0 is none. */
export function connectionLimits(pool: ConnectionPool | undefined): CircuitBreakers {
  return create(CircuitBreakersSchema, {
    thresholds: [
      {
        maxConnections: pool?.tcp?.maxConnections || UNLIMITED,
        maxPendingRequests: pool?.http?.http1MaxPendingRequests || UNLIMITED,
        maxRequests: pool?.http?.http2MaxRequests || UNLIMITED,
        maxRetries: pool?.http?.maxRetries || UNLIMITED,
        trackRemaining: true,
      },
    ],
  });
}

/** What Linux takes at the most: with more, no connection would be made. */
const MOST_SECONDS = 32_767;
const MOST_PROBES = 127;

/** TCP keep-alive, where asked for. */
export function keepAlive(pool: ConnectionPool | undefined): UpstreamConnectionOptions | undefined {
  const probes = pool?.tcp?.tcpKeepalive;
  if (probes === undefined) {
    return undefined;
  }
  const [time, interval] = [wholeSeconds(probes.time), wholeSeconds(probes.interval)];
  return create(UpstreamConnectionOptionsSchema, {
    tcpKeepalive: {
      ...(probes.probes && { keepaliveProbes: Math.min(probes.probes, MOST_PROBES) }),
      ...(time && { keepaliveTime: Math.min(time, MOST_SECONDS) }),
      ...(interval && { keepaliveInterval: Math.min(interval, MOST_SECONDS) }),
    },
  });
}
