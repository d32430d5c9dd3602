import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { disjoint } from "../../../src/envoy/listeners/disjoint-chains.ts";
import { buildTcpChains, buildTlsChains } from "../../../src/envoy/listeners/service-chains.ts";
import { virtualOutbound } from "../../../src/envoy/listeners/virtual-outbound.ts";
import { catchAllVirtualHost } from "../../../src/envoy/routes/catch-all-virtual-host.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { Cluster_DiscoveryType, ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";

describe("clusters", () => {
  test.each([
    ["STATIC", Cluster_DiscoveryType.EDS],
    ["DNS", Cluster_DiscoveryType.STRICT_DNS],
    ["DNS_ROUND_ROBIN", Cluster_DiscoveryType.LOGICAL_DNS],
    ["NONE", Cluster_DiscoveryType.ORIGINAL_DST],
  ] as const)("resolution %s", (resolution, type) => {
    const cluster = buildServiceCluster(clusterInput({ service: service({ resolution }), endpoints: [endpoint("a.example.com", 80)] }));
    expect(cluster.clusterDiscoveryType).toEqual({ case: "type", value: type });
    expect(cluster.name).toBe("outbound|80||api.example.com");
  });

  test("mutual TLS by itself: to services of the mesh, not to external ones, not against a rule, not where it is off", () => {
    const inMesh = { service: service({ external: false }) };
    const names = (more: Parameters<typeof clusterInput>[0]) =>
      buildServiceCluster(clusterInput(more)).transportSocketMatches.map((m) => m.name);
    expect(names(inMesh)).toEqual(["tlsMode-istio", "tlsMode-disabled"]);
    expect(names({})).toEqual([]);
    expect(names({ ...inMesh, policy: { tls: { mode: "DISABLE" } } })).toEqual([]);
    expect(names({ ...inMesh, mesh: { connectTimeout: "10s", trustDomain: "cluster.local", autoMtls: false } })).toEqual([]);
  });

  test("a second endpoint of DNS_ROUND_ROBIN is left out, for Envoy would refuse the cluster", () => {
    const endpoints = [endpoint("a", 80), endpoint("b", 80)];
    const cluster = buildServiceCluster(clusterInput({ service: service({ resolution: "DNS_ROUND_ROBIN" }), endpoints }));
    expect(cluster.loadAssignment?.endpoints[0]?.lbEndpoints.length).toBe(1);
  });
});

describe("endpoints", () => {
  const endpoints = [
    endpoint("10.0.0.2", 80, { labels: { version: "v2" }, locality: "r/z/s", weight: 3 }),
    endpoint("10.0.0.1", 80, { labels: { version: "v1", app: "web" }, mutualTls: true, workload: { name: "w", namespace: "ns" } }),
    endpoint("unix:///run/app", 0, { healthy: false }),
  ];

  test("by locality and address, whatever the order they come in", () => {
    const one = buildLoadAssignment({ clusterName: "c", endpoints });
    expect(buildLoadAssignment({ clusterName: "c", endpoints: endpoints.toReversed() })).toEqual(one);
    expect(one.endpoints.map((group) => [group.locality?.region, group.lbEndpoints.length, group.loadBalancingWeight])).toEqual([
      [undefined, 2, 2],
      ["r", 1, 3],
    ]);
  });

  test("a subset takes what carries its labels; peers that speak mutual TLS say so", () => {
    const subset = buildLoadAssignment({ clusterName: "c", endpoints, subsetLabels: { version: "v1" } });
    expect(subset.endpoints[0]?.lbEndpoints.map((e) => e.metadata?.filterMetadata)).toEqual([
      { "envoy.transport_socket_match": { tlsMode: "istio" }, istio: { workload: "w;ns;web;v1;Kubernetes" } },
    ]);
  });
});

describe("routes", () => {
  test("a table laid together from encoded hosts is the table encoded as one", () => {
    const built = buildVirtualHost({ name: "a:80", domains: ["a"], fallback: { cluster: "x" }, context, resolve });
    const hosts = [built, catchAllVirtualHost("allow_any")].flatMap((host) => host ?? []);
    const bytes = encodeRouteConfiguration({ name: "80", virtualHosts: hosts.map((host) => toBinary(VirtualHostSchema, host)) });
    const table = fromBinary(RouteConfigurationSchema, bytes);
    expect(table).toMatchObject({
      name: "80",
      validateClusters: false,
      ignorePortInHostMatching: true,
      maxDirectResponseBodySizeBytes: 1048576,
    });
    expect(table.virtualHosts).toEqual(hosts.map((host) => fromBinary(VirtualHostSchema, toBinary(VirtualHostSchema, host))));
  });

  test("without a rule for this context, the service's own cluster; without that, nothing", () => {
    const elsewhere = {
      namespace: "default",
      name: "v",
      spec: { hosts: ["a"], gateways: ["other"], http: [{ route: [{ destination: { host: "b" } }] }] },
    };
    const input = { name: "a:80", domains: ["a"], virtualService: elsewhere, context, resolve };
    expect(buildVirtualHost(input)).toBeUndefined();
    expect(buildVirtualHost({ ...input, fallback: { cluster: "own" } })?.routes.map((route) => route.name)).toEqual(["default"]);
  });

  test("matches on the source hold for the workloads they name", () => {
    const rule = (match: object) => ({
      namespace: "default",
      name: "v",
      spec: { hosts: ["a"], http: [{ match: [match], route: [{ destination: { host: "b" } }] }] },
    });
    const built = (match: object) => buildVirtualHost({ name: "a:80", domains: ["a"], virtualService: rule(match), context, resolve });
    expect(built({ sourceLabels: { app: "client" }, sourceNamespace: "default" })).toBeDefined();
    expect(built({ sourceLabels: { app: "other" } })).toBeUndefined();
    expect(built({ sourceNamespace: "other" })).toBeUndefined();
    expect(built({ port: 81 })).toBeUndefined();
  });
});

describe("chains", () => {
  const input = { host: "a.example.com", addresses: ["10.0.0.1"], cluster: "own", context, resolve };
  const bound = (spec: object) => ({ virtualService: { namespace: "default", name: "v", spec: { hosts: ["a.example.com"], ...spec } } });
  const route = [
    { destination: { host: "b", port: { number: 9 } }, weight: 30 },
    { destination: { host: "c" }, weight: 70 },
  ];

  test("TCP: the rule's shares for the rule's addresses, else the service's own", () => {
    expect(buildTcpChains(input)).toEqual([{ addresses: ["10.0.0.1"], targets: [{ cluster: "own", weight: 1 }] }]);
    expect(buildTcpChains({ ...input, ...bound({ tcp: [{ match: [{ destinationSubnets: ["10.1.0.0/16"] }], route }] }) })).toEqual([
      {
        addresses: ["10.1.0.0/16"],
        targets: [
          { cluster: "outbound|9||b", weight: 30 },
          { cluster: "outbound|80||c", weight: 70 },
        ],
      },
    ]);
  });

  test("TLS: the rule's server names, else the host", () => {
    expect(buildTlsChains(input).map(({ serverNames }) => serverNames)).toEqual([["a.example.com"]]);
    const spec = { tls: [{ match: [{ sniHosts: ["x.example.com"], port: 81 }, { sniHosts: ["*.y.example.com"] }], route }] };
    expect(buildTlsChains({ ...input, ...bound(spec) }).map(({ serverNames }) => serverNames)).toEqual([["*.y.example.com"]]);
  });

  test("what an earlier chain takes is cut out of later ones", () => {
    const chain = (addresses: string[], serverNames: string[], transport = "tls") => ({ match: { addresses, serverNames, transport } });
    const left = disjoint([
      chain([], ["a", "b"]),
      chain([], ["b", "c"]),
      chain([], ["a"]),
      chain(["10.0.0.5/24"], [], ""),
      chain(["10.0.0.9/24", "10.0.1.0/24"], [], ""),
      chain(["no address"], [], ""),
    ]);
    expect(left.map(({ match }) => match)).toEqual([
      { addresses: [], serverNames: ["a", "b"], transport: "tls" },
      { addresses: [], serverNames: ["c"], transport: "tls" },
      { addresses: ["10.0.0.5/24"], serverNames: [], transport: "" },
      { addresses: ["10.0.1.0/24"], serverNames: [], transport: "" },
    ]);
  });
});

test("equal inputs give equal bytes", () => {
  const cluster = () => toBinary(ClusterSchema, buildServiceCluster(clusterInput({ service: service({ external: false }) })));
  const listener = () => toBinary(ListenerSchema, virtualOutbound({ policy: "REGISTRY_ONLY", settings, declaredPorts: [443, 80] }));
  expect(cluster()).toEqual(cluster());
  expect(listener()).toEqual(
    toBinary(ListenerSchema, virtualOutbound({ policy: "REGISTRY_ONLY", settings, declaredPorts: [80, 443, 80] })),
  );
});
