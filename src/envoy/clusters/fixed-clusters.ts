import type { Cluster } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";

/** Where the caller meant to go, unchanged. `connectTimeout` in Go's syntax. */
export function passthroughCluster(settings: { readonly connectTimeout: string }): Cluster {
  throw new Error(settings.connectTimeout);
}

/** Has no endpoint: whatever is sent here is refused. */
export function blackHoleCluster(settings: { readonly connectTimeout: string }): Cluster {
  throw new Error(settings.connectTimeout);
}

/** To the app on the port the caller asked for, from an address the redirection lets through. */
export function inboundPassthroughCluster(settings: { readonly connectTimeout: string; readonly ipv6: boolean }): Cluster {
  throw new Error(settings.connectTimeout);
}
