import type { BootstrapInput } from "./bootstrap-input.ts";
import type { JsonValue } from "./node-description.ts";
import { staticClusters } from "./static-clusters.ts";
import { staticListeners } from "./static-listeners.ts";
import { statsConfig } from "./stats-settings.ts";

const MAX_CONNECTIONS = 2147483647;

/** Envoy's own limit of 100 refuses expressions that any user may write; how long they may be is the control plane's to say. */
const RUNTIME: Readonly<Record<string, JsonValue>> = { "re2.max_program_size.error_level": 1_000_000 };

/** `initial_fetch_timeout` 0: a proxy without its first configuration waits, it does not start empty. */
const FROM_ADS: JsonValue = { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" };

/**
 * Envoy's bootstrap as JSON in the names of its proto files (`envoy.config.bootstrap.v3.Bootstrap`). Plain JSON rather than
 * generated messages, so that the agent's bundle carries no more than it speaks; a test has Envoy itself read it.
 */
export function bootstrap(input: BootstrapInput): JsonValue {
  return {
    application_log_config: { log_format: { text_format: "%Y-%m-%dT%T.%fZ\t%l\tenvoy %n %g:%#\t%v\tthread=%t" } },
    node: { id: input.node.id, cluster: input.node.cluster, metadata: input.node.metadata },
    admin: admin(input),
    layered_runtime: {
      layers: [
        { name: "static_layer_0", static_layer: { ...RUNTIME, ...input.runtime } },
        { name: "admin", admin_layer: {} },
      ],
    },
    stats_config: statsConfig(input.stats),
    // Statistics and per-worker state of a cluster exist from its first use on: a third less memory at 10,000 clusters.
    deferred_stat_options: { enable_deferred_creation_stats: true },
    cluster_manager: { enable_deferred_cluster_creation: true },
    bootstrap_extensions: [
      {
        name: "envoy.bootstrap.internal_listener",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener" },
      },
    ],
    overload_manager: overloadManager(),
    dynamic_resources: {
      lds_config: FROM_ADS,
      cds_config: FROM_ADS,
      ads_config: {
        api_type: "DELTA_GRPC",
        transport_api_version: "V3",
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: "xds-grpc" } }],
      },
    },
    static_resources: { clusters: staticClusters(input), listeners: staticListeners(input) },
  };
}

function admin(input: BootstrapInput): JsonValue {
  return {
    access_log: [
      {
        name: "envoy.access_loggers.file",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog", path: "/dev/null" },
      },
    ],
    address: { socket_address: { address: input.ipv6Only ? "::1" : "127.0.0.1", port_value: input.ports.admin } },
  };
}

function overloadManager(): JsonValue {
  return {
    resource_monitors: [
      {
        name: "envoy.resource_monitors.global_downstream_max_connections",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
          max_active_downstream_connections: MAX_CONNECTIONS,
        },
      },
    ],
  };
}
