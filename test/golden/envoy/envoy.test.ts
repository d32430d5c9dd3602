// One message a file, as Envoy's JSON. UPDATE_GOLDEN=1 writes them anew; read the difference.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry, type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { buildOutboundListener } from "../../../src/envoy/listeners/outbound-listener.ts";
import { virtualOutbound } from "../../../src/envoy/listeners/virtual-outbound.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { file_envoy_extensions_access_loggers_stream_v3_stream } from "../../../src/gen/envoy/extensions/access_loggers/stream/v3/stream_pb.ts";
import { file_envoy_extensions_filters_http_cors_v3_cors } from "../../../src/gen/envoy/extensions/filters/http/cors/v3/cors_pb.ts";
import { file_envoy_extensions_filters_http_fault_v3_fault } from "../../../src/gen/envoy/extensions/filters/http/fault/v3/fault_pb.ts";
import { file_envoy_extensions_filters_http_grpc_stats_v3_config } from "../../../src/gen/envoy/extensions/filters/http/grpc_stats/v3/config_pb.ts";
import { file_envoy_extensions_filters_http_router_v3_router } from "../../../src/gen/envoy/extensions/filters/http/router/v3/router_pb.ts";
import { file_envoy_extensions_filters_listener_http_inspector_v3_http_inspector } from "../../../src/gen/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.ts";
import { file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager } from "../../../src/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy } from "../../../src/gen/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.ts";
import { file_envoy_extensions_retry_host_previous_hosts_v3_previous_hosts } from "../../../src/gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.ts";
import { file_envoy_extensions_transport_sockets_raw_buffer_v3_raw_buffer } from "../../../src/gen/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.ts";
import { file_envoy_extensions_transport_sockets_tls_v3_tls } from "../../../src/gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { file_envoy_extensions_upstreams_http_v3_http_protocol_options } from "../../../src/gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "../../unit/envoy/samples.ts";

const registry = createRegistry(
  file_envoy_extensions_access_loggers_stream_v3_stream,
  file_envoy_extensions_filters_http_cors_v3_cors,
  file_envoy_extensions_filters_http_fault_v3_fault,
  file_envoy_extensions_filters_http_grpc_stats_v3_config,
  file_envoy_extensions_filters_http_router_v3_router,
  file_envoy_extensions_filters_listener_http_inspector_v3_http_inspector,
  file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager,
  file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy,
  file_envoy_extensions_retry_host_previous_hosts_v3_previous_hosts,
  file_envoy_extensions_transport_sockets_raw_buffer_v3_raw_buffer,
  file_envoy_extensions_transport_sockets_tls_v3_tls,
  file_envoy_extensions_upstreams_http_v3_http_protocol_options,
);

function compare<D extends DescMessage>(name: string, schema: D, message: MessageShape<D> | undefined): void {
  const text = message === undefined ? "" : `${JSON.stringify(toJson(schema, message, { registry }), null, 2)}\n`;
  const golden = join(import.meta.dirname, `${name}.json`);
  if (process.env["UPDATE_GOLDEN"]) {
    writeFileSync(golden, text);
  }
  expect(existsSync(golden) ? readFileSync(golden, "utf8") : "").toBe(text);
}

test("a cluster of names that Envoy resolves, HTTP/2", () => {
  const input = clusterInput({
    service: service({ resolution: "DNS" }),
    port: { number: 443, name: "grpc", protocol: "GRPC" },
    endpoints: [endpoint("api.example.com", 443)],
    policy: { outlierDetection: { consecutive5xxErrors: 3, minHealthPercent: 10 }, rule: { namespace: "default", name: "api" } },
  });
  compare("cluster-dns", ClusterSchema, buildServiceCluster(input));
});

test("a cluster inside the mesh: mutual TLS where the endpoint can speak it", () => {
  compare(
    "cluster-mesh",
    ClusterSchema,
    buildServiceCluster(clusterInput({ service: service({ host: "web.shop.svc.cluster.local", external: false }) })),
  );
});

test("endpoints", () => {
  const endpoints = [
    endpoint("10.0.0.2", 8080, { locality: "eu/eu-1/a", weight: 3 }),
    endpoint("10.0.0.1", 8080, { mutualTls: true, labels: { app: "web" }, workload: { name: "web-1", namespace: "shop" } }),
  ];
  compare("endpoints", ClusterLoadAssignmentSchema, buildLoadAssignment({ clusterName: "outbound|80||web", endpoints }));
});

test("the outbound listener of an HTTP port", () => {
  const withLog = { ...settings, accessLog: { path: "/dev/stdout" } };
  const listener = buildOutboundListener({
    address: "0.0.0.0",
    port: 80,
    http: { routeName: "80" },
    tls: [],
    tcp: [],
    policy: "ALLOW_ANY",
    settings: withLog,
  });
  compare("listener-http", ListenerSchema, listener);
});

test("virtualOutbound", () => {
  compare("listener-virtual-outbound", ListenerSchema, virtualOutbound({ policy: "ALLOW_ANY", settings: { ipv6: true } }));
});

test("a virtual host without and with a VirtualService", () => {
  const input = { name: "api.example.com:80", domains: ["api.example.com", "api.example.com."], context, resolve };
  compare("virtual-host-default", VirtualHostSchema, buildVirtualHost({ ...input, fallback: { cluster: "outbound|80||api.example.com" } }));
  const http = [
    {
      name: "canary",
      match: [{ headers: { "x-canary": { exact: "true" } } }],
      route: [{ destination: { host: "api", subset: "v2" } }],
      fault: { delay: { fixedDelay: "2s", percentage: { value: 5 } } },
      timeout: "3s",
    },
    {
      route: [
        { destination: { host: "api", subset: "v1" }, weight: 95 },
        { destination: { host: "api", subset: "v2" }, weight: 5 },
      ],
    },
  ];
  const virtualService = { namespace: "default", name: "api", spec: { hosts: ["api.example.com"], http } };
  compare("virtual-host-rules", VirtualHostSchema, buildVirtualHost({ ...input, virtualService }));
});
