// Every shape the builders can give is put before the real Envoy, which refuses what does not hold and names what is deprecated.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { blackHoleCluster, inboundPassthroughCluster, passthroughCluster } from "../../../src/envoy/clusters/fixed-clusters.ts";
import { buildInboundCluster } from "../../../src/envoy/clusters/inbound-cluster.ts";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildGatewayListener } from "../../../src/envoy/listeners/gateway-listener.ts";
import { httpConnectionManager } from "../../../src/envoy/listeners/http-connection-manager.ts";
import { buildOutboundListener } from "../../../src/envoy/listeners/outbound-listener.ts";
import { virtualInbound } from "../../../src/envoy/listeners/virtual-inbound.ts";
import { virtualOutbound } from "../../../src/envoy/listeners/virtual-outbound.ts";
import { catchAllVirtualHost } from "../../../src/envoy/routes/catch-all-virtual-host.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { wireAddress } from "../../../src/envoy/wire/wire-address.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { complaints } from "./real-envoy.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";

const defaults = { connectTimeout: "10s", ipv6: false };
const hostNamed = (host: string) => service({ host });

test("clusters of all resolutions, protocols and policies", () => {
  const everything = {
    loadBalancer: { simple: "ROUND_ROBIN" as const, warmup: { duration: "30s", minimumPercent: 20, aggression: 2 } },
    connectionPool: {
      tcp: {
        maxConnections: 1,
        connectTimeout: "10ms",
        tcpKeepalive: { probes: 3, time: "2m", interval: "75s" },
        maxConnectionDuration: "1h",
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 4,
        idleTimeout: "5s",
        useClientProtocol: true,
      },
    },
    outlierDetection: {
      consecutive5xxErrors: 2,
      consecutiveGatewayErrors: 0,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 3,
      interval: "1s",
      baseEjectionTime: "3s",
      maxEjectionPercent: 100,
      minHealthPercent: 10,
    },
  };
  const dns = [endpoint("a.example.com", 80, { locality: "r/z/s" }), endpoint("b.example.com", 81, { weight: 3 })];
  const http2 = {
    connectionPool: { http: { h2UpgradePolicy: "UPGRADE" as const, maxConcurrentStreams: 7, http2KeepAlive: { interval: "10s" } } },
  };
  const clusters = [
    buildServiceCluster(clusterInput({ policy: everything })),
    buildServiceCluster(clusterInput({ service: hostNamed("h2"), policy: http2 })),
    buildServiceCluster(clusterInput({ service: service({ host: "dns", resolution: "DNS" }), endpoints: dns })),
    buildServiceCluster(clusterInput({ service: service({ host: "logical", resolution: "DNS_ROUND_ROBIN" }), endpoints: dns })),
    buildServiceCluster(
      clusterInput({ service: service({ host: "none", resolution: "NONE" }), policy: { loadBalancer: { simple: "RANDOM" } } }),
    ),
    buildServiceCluster(clusterInput({ service: hostNamed("pass"), policy: { loadBalancer: { simple: "PASSTHROUGH" } } })),
    buildServiceCluster(
      clusterInput({ service: hostNamed("ring"), policy: { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } } }),
    ),
    buildServiceCluster(
      clusterInput({
        service: hostNamed("maglev"),
        policy: { loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 1009 } } } },
      }),
    ),
    buildServiceCluster(
      clusterInput({ service: service({ host: "mesh", external: false }), subset: { name: "v1", labels: { version: "v1" } } }),
    ),
    buildServiceCluster(clusterInput({ service: hostNamed("grpc"), port: { number: 90, name: "grpc", protocol: "GRPC" } })),
    buildServiceCluster(clusterInput({ service: hostNamed("auto"), port: { number: 91, name: "", protocol: "auto" } })),
    buildServiceCluster(clusterInput({ service: hostNamed("mutual"), policy: { tls: { mode: "ISTIO_MUTUAL" } } })),
    buildServiceCluster(clusterInput({ service: hostNamed("simple"), policy: { tls: { mode: "SIMPLE", insecureSkipVerify: true } } })),
    buildServiceCluster(clusterInput({ service: hostNamed("plain"), policy: { tls: { mode: "DISABLE" } } })),
    passthroughCluster(defaults),
    blackHoleCluster(defaults),
    inboundPassthroughCluster(defaults),
    buildInboundCluster({ port: 8080, protocol: "HTTP", ...defaults }),
    buildInboundCluster({ port: 8081, protocol: "GRPC", defaultEndpoint: "127.0.0.1:8081", ...defaults }),
    buildInboundCluster({ port: 8082, protocol: "TCP", defaultEndpoint: "unix:///tmp/app", ...defaults }),
  ];
  expect(complaints({ clusters })).toBe("");
});

test("listeners of both sides, mixed ports and gateways", () => {
  const chain = (cluster: string) => [{ cluster, weight: 1 }];
  const accessLog = { path: "/dev/stdout" };
  const tls = [
    { serverNames: ["a.example.com", "*.b.example.com"], addresses: [], targets: chain("a") },
    { serverNames: ["A.example.com", "c.example.com"], addresses: [], targets: [...chain("b"), { cluster: "c", weight: 3 }] },
  ];
  const tcp = [
    { addresses: ["192.192.192.192/24"], targets: chain("mongo") },
    { addresses: ["192.192.192.1/24"], targets: chain("twice") },
    { addresses: [], targets: chain("any") },
  ];
  const clusters = [passthroughCluster(defaults), blackHoleCluster(defaults), inboundPassthroughCluster(defaults)];
  const listeners = [
    virtualOutbound({ policy: "ALLOW_ANY", settings: { ...settings, accessLog } }),
    virtualInbound({
      ports: (["HTTP", "GRPC", "TCP", "HTTPS", "auto"] as const).map((protocol, i) => ({
        port: 8080 + i,
        protocol,
        service: "app.default",
      })),
      trustDomain: "cluster.local",
      settings: { ...settings, accessLog: { ...accessLog, encoding: "JSON" } },
    }),
    { ...virtualInbound({ ports: [], trustDomain: "cluster.local", settings, keepsSource: true, listenPort: 15007 }), name: "tproxy" },
    buildOutboundListener({ address: "0.0.0.0", port: 80, http: { routeName: "80" }, tls: [], tcp: [], policy: "ALLOW_ANY", settings }),
    buildOutboundListener({ address: "0.0.0.0", port: 443, http: { routeName: "443" }, tls, tcp, policy: "REGISTRY_ONLY", settings }),
    buildOutboundListener({ address: "10.0.0.9", port: 443, tls, tcp, policy: "REGISTRY_ONLY", settings }),
    buildOutboundListener({ address: "10.0.0.9", port: 90, http: { routeName: "h:90" }, tls: [], tcp, policy: "ALLOW_ANY", settings }),
    buildGatewayListener({
      bindPort: 8080,
      http: { routeName: "http.80" },
      settings: { ...settings, accessLog: { path: "/tmp/x", format: "%START_TIME%" } },
    }),
  ];
  expect(complaints({ listeners, clusters })).toBe("");
});

test("routes with every match, action and policy", () => {
  const to = (host: string, weight?: number) => ({ destination: { host }, ...(weight !== undefined && { weight }) });
  const spec = {
    hosts: ["api.example.com"],
    http: [
      {
        name: "all",
        match: [
          {
            name: "m",
            uri: { prefix: "/a" },
            ignoreUriCase: true,
            method: { exact: "GET" },
            scheme: { exact: "http" },
            authority: { regex: ".+\\.com" },
            headers: { "x-a": { exact: "1" }, "x-b": {}, "x-c": { regex: ".*" } },
            withoutHeaders: { "x-d": { prefix: "p" }, "x-e": {} },
            queryParams: { q: { exact: "1" }, r: {} },
            statPrefix: "sp",
          },
          { uri: { exact: "/b" } },
          { uri: { regex: "/c/[0-9]+" } },
        ],
        route: [{ ...to("a", 5), headers: { request: { set: { Host: "z", "x-y": "1" } }, response: { remove: ["server"] } } }, to("b", 95)],
        rewrite: { uri: "/z", authority: "other.example.com" },
        timeout: "3s",
        retries: { attempts: 3, perTryTimeout: "1s", retryOn: "5xx,503,reset", backoff: "30ms" },
        fault: { delay: { fixedDelay: "2s", percentage: { value: 0.1 } }, abort: { httpStatus: 555, percentage: { value: 50 } } },
        headers: { request: { add: { "x-f": "%DOWNSTREAM_REMOTE_ADDRESS%" }, remove: ["x-g"] }, response: { set: { "x-h": "1" } } },
        mirrors: [{ destination: { host: "m" }, percentage: { value: 10 } }],
        corsPolicy: { allowOrigins: [{ exact: "https://x" }], allowMethods: ["GET"], maxAge: "24h", allowCredentials: true },
      },
      { match: [{ uri: { prefix: "/r" } }], redirect: { uri: "/n", authority: "x", scheme: "https", redirectCode: 308, port: 444 } },
      { match: [{ uri: { prefix: "/d" } }], directResponse: { status: 418, body: { string: "teapot" } } },
      { match: [{ uri: { prefix: "/x" } }], route: [to("c")], rewrite: { uriRegexRewrite: { match: "^/x/(.*)$", rewrite: "/\\1" } } },
      { fault: { abort: { grpcStatus: "UNAVAILABLE" } }, route: [to("d", 0), to("e", 0)] },
    ],
  };
  const hashes = [
    { httpHeaderName: "x-user" },
    { httpCookie: { name: "u", ttl: "0s", path: "/", attributes: [{ name: "SameSite", value: "Lax" }] } },
    { useSourceIp: true },
    { httpQueryParameterName: "u" },
  ];
  const full = buildVirtualHost({
    name: "api:80",
    domains: ["api"],
    virtualService: { namespace: "default", name: "v", spec },
    context,
    resolve,
  });
  const hashed = hashes.map((consistentHash, i) =>
    buildVirtualHost({ name: `h${i}:80`, domains: [`h${i}`], fallback: { cluster: "x", consistentHash }, context, resolve }),
  );
  const hosts = [full, ...hashed, catchAllVirtualHost("allow_any")].flatMap((host) => host ?? []);
  const bytes = encodeRouteConfiguration({ name: "80", virtualHosts: hosts.map((host) => toBinary(VirtualHostSchema, host)) });
  const routes = fromBinary(RouteConfigurationSchema, bytes);
  expect(routes.virtualHosts.length).toBe(6);
  const listener = create(ListenerSchema, {
    name: "l",
    address: wireAddress("127.0.0.1", 0),
    filterChains: [{ filters: [httpConnectionManager({ side: "gateway", statPrefix: "s", routes, settings })] }],
  });
  expect(complaints({ listeners: [listener] })).toBe("");
});
