import type { BootstrapInput } from "./bootstrap-input.ts";
import type { JsonValue } from "./node-description.ts";

interface Forward {
  readonly port: number;
  readonly path: string;
  readonly cluster: string;
  readonly statPrefix: string;
}

/** Readiness for the kubelet and statistics for a scraper, both handed on to their owner; any other path is 404. */
export function staticListeners(input: BootstrapInput): readonly JsonValue[] {
  const wildcard = input.ipv6Only ? "::" : "0.0.0.0";
  return [
    listener(wildcard, { port: input.ports.prometheus, path: "/stats/prometheus", cluster: "prometheus_stats", statPrefix: "stats" }),
    listener(wildcard, { port: input.ports.status, path: "/healthz/ready", cluster: "agent", statPrefix: "agent" }),
  ];
}

function listener(address: string, forward: Forward): JsonValue {
  return {
    name: `${address}_${forward.port}`,
    address: { socket_address: { protocol: "TCP", address, port_value: forward.port } },
    // Its connections are no sign of traffic: the drain does not wait for them, the overload limit does not count them.
    ignore_global_conn_limit: true,
    filter_chains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              codec_type: "AUTO",
              stat_prefix: forward.statPrefix,
              route_config: { virtual_hosts: [{ name: "backend", domains: ["*"], routes: [route(forward)] }] },
              http_filters: [
                {
                  name: "envoy.filters.http.router",
                  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

const route = (forward: Forward): JsonValue => ({ match: { prefix: forward.path }, route: { cluster: forward.cluster } });
