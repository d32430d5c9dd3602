import type { BootstrapInput } from "./bootstrap-input.ts";
import type { JsonValue } from "./node-description.ts";

const endpointOf = (name: string, address: JsonValue): JsonValue => ({
  cluster_name: name,
  endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
});

const HTTP2: JsonValue = {
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicit_http_config: { http2_protocol_options: {} },
  },
};

/** The ends in the agent: two sockets speaking gRPC, and its HTTP server. */
export function staticClusters(input: BootstrapInput): readonly JsonValue[] {
  const loopback = input.ipv6Only ? "::1" : "127.0.0.1";
  return [
    pipeCluster("xds-grpc", input.xdsSocket),
    pipeCluster("sds-grpc", input.sdsSocket),
    portCluster("agent", loopback, input.ports.agent),
    portCluster("prometheus_stats", loopback, input.ports.admin),
  ];
}

/** Priority of the configuration stream must not suffer under the limits that protect upstreams. */
function pipeCluster(name: string, path: string): JsonValue {
  const limit = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 };
  return {
    name,
    alt_stat_name: `${name};`,
    type: "STATIC",
    connect_timeout: "1s",
    typed_extension_protocol_options: HTTP2,
    circuit_breakers: {
      thresholds: [
        { priority: "DEFAULT", ...limit },
        { priority: "HIGH", ...limit },
      ],
    },
    load_assignment: endpointOf(name, { pipe: { path } }),
  };
}

function portCluster(name: string, address: string, port: number): JsonValue {
  return {
    name,
    alt_stat_name: `${name};`,
    type: "STATIC",
    connect_timeout: "0.250s",
    load_assignment: endpointOf(name, { socket_address: { protocol: "TCP", address, port_value: port } }),
  };
}
