// One object that cannot be built, or that Envoy would refuse, must harm only itself.
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import type { StoredObject } from "../../../src/api/object.ts";
import { ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { ResourceSchema } from "../../../src/gen/envoy/service/discovery/v3/discovery_pb.ts";
import type { EncodedResource } from "../../../src/rpc/resource.ts";
import { arrivals, stored } from "../model/world.ts";
import { complaints, onLoopback, withEndpoints } from "./real-envoy.ts";
import { settledPublisher } from "./settled-publisher.ts";

const HTTP = { number: 80, name: "http", protocol: "HTTP" };
const SOUND = stored("ServiceEntry", "shop/sound", { hosts: ["sound.com"], ports: [HTTP], resolution: "STATIC" });
const client = stored("Pod", "shop/client", { podIP: "10.0.0.7" }, { labels: { app: "client" } });

function routesIn(resource: EncodedResource | undefined) {
  const { resource: any } = fromBinary(ResourceSchema, resource?.bytes ?? new Uint8Array());
  return any && anyUnpack(any, RouteConfigurationSchema);
}

/** What the client is sent beside a sound host, and what was left out. */
function sentWith(...objects: StoredObject[]) {
  const left: string[] = [];
  const publisher = settledPublisher((_, __, reason) => left.push(reason instanceof Error ? reason.message : String(reason)));
  publisher.apply(arrivals(client, SOUND, ...objects));
  const node = { id: "", type: "sidecar" as const, name: "client", namespace: "shop", serviceAccount: "default" };
  const proxy = publisher.subscribe(node, () => undefined);
  return { left, proxy, routes: (name: string) => routesIn(proxy.get("route", name)) };
}

function hostsOf({ routes }: ReturnType<typeof sentWith>, name = "80") {
  return routes(name)?.virtualHosts.map((host) => [host.name, host.routes.map((route) => route.name).join(" ")]);
}

describe("a VirtualService", () => {
  const to = [{ destination: { host: "sound.com" } }];
  test.each([
    ["an expression that is none", { match: [{ uri: { regex: "/(" } }], route: to }],
    ["a character by its number, past a byte", { match: [{ uri: { regex: "/\\x{3b1}" } }], route: to }],
    ["a percent sign in a header", { headers: { request: { set: { "x-off": "50% off" } } }, route: to }],
    ["a header's name with a newline", { headers: { request: { set: { "x\na": "1" } } }, route: to }],
    ["a backoff of nothing", { retries: { attempts: 1, backoff: "0s" }, route: to }],
    ["a negative timeout", { timeout: "-1s", route: to, retries: { attempts: 1, perTryTimeout: "-1s" } }],
    ["a status that is none", { directResponse: { status: 42 } }],
    ["a body that is no base64", { directResponse: { status: 200, body: { bytes: "%%%" } } }],
    ["a group that is not there", { rewrite: { uriRegexRewrite: { match: "a", rewrite: "\\3" } }, route: to }],
    [
      "a negative weight",
      {
        route: [
          { ...to[0], weight: -1 },
          { ...to[0], weight: 5 },
        ],
      },
    ],
    ["an abort beyond all statuses", { fault: { abort: { httpStatus: 999 } }, route: to }],
  ])("with %s loses that route alone", (_, bad) => {
    const http = [
      { name: "bad", ...bad },
      { name: "good", route: to },
    ];
    const sent = sentWith(stored("VirtualService", "shop/rule", { hosts: ["sound.com"], http } as never));
    expect(hostsOf(sent)).toEqual([
      ["sound.com:80", "good"],
      ["allow_any", "allow_any"],
    ]);
    expect(sent.left).toHaveLength(1);
  });
});

test("domains stand once in a table: a host called *, hosts that differ in case or by a dot, addresses two hosts share", () => {
  const odd = stored("ServiceEntry", "shop/odd", {
    hosts: ["*", "SOUND.com", "sound.com."],
    ports: [HTTP],
    addresses: ["fd00::A", "FD00::a"],
  });
  const domains =
    sentWith(odd)
      .routes("80")
      ?.virtualHosts.flatMap((host) => host.domains) ?? [];
  expect(domains.length).toBe(new Set(domains.map((domain) => domain.toLowerCase())).size);
  expect(domains.filter((domain) => domain === "*")).toHaveLength(1);
});

test("a DestinationRule that Envoy would refuse takes its own host's cluster out and no other", () => {
  const rule = stored("DestinationRule", "shop/rule", {
    host: "bad.com",
    trafficPolicy: { connectionPool: { tcp: { connectTimeout: "0s" } } },
  });
  const bad = stored("ServiceEntry", "shop/bad", { hosts: ["bad.com"], ports: [HTTP], resolution: "STATIC" });
  const { proxy, left } = sentWith(rule, bad);
  expect(proxy.get("cluster", "outbound|80||bad.com")).toBeUndefined();
  expect(proxy.get("cluster", "outbound|80||sound.com")).toBeDefined();
  expect(left).toEqual([expect.stringContaining("connect_timeout 0s is out of bounds")]);
});

const http = (number: number) => ({ number, name: `p${number}`, protocol: "HTTP" });
const ADDRESSES = ["nonsense", "10.0.0.300", "1.2.3.4/33", "fd00::1%eth0", "", "10.0.0.1"];
const badPolicies: readonly object[] = [
  { outlierDetection: { maxEjectionPercent: 250 } },
  { outlierDetection: { minHealthPercent: 900 } },
  { outlierDetection: { interval: "0s", baseEjectionTime: "-1s" } },
  { loadBalancer: { consistentHash: { httpHeaderName: "x", minimumRingSize: 99_999_999 } } },
  { loadBalancer: { consistentHash: { httpHeaderName: "x", maglev: { tableSize: 99_999_999 } } } },
  { loadBalancer: { simple: "ROUND_ROBIN", warmup: { duration: "0s", minimumPercent: 500 } } },
  { connectionPool: { http: { maxConcurrentStreams: -1, h2UpgradePolicy: "UPGRADE" } } },
  { connectionPool: { tcp: { connectTimeout: "0s" } } },
  { tls: { mode: "SIMPLE", sni: "x".repeat(300) } },
];

/** As bad as a world can be that was decoded, with no rule in between. */
const POISON = [
  stored("ServiceEntry", "shop/hosts", { hosts: ["*", "a b", "a/b", "a|b", "", "SOUND.com", "x\ny"], ports: [HTTP], resolution: "STATIC" }),
  stored("ServiceEntry", "shop/ports", { hosts: ["ports.com"], ports: [0, 70_000, 15_001, 15_006].map(http), resolution: "NONE" }),
  stored("ServiceEntry", "shop/addresses", {
    hosts: ["addresses.com"],
    addresses: ADDRESSES,
    ports: [
      { number: 9000, name: "tcp", protocol: "TCP" },
      { number: 9001, name: "tls", protocol: "TLS" },
      { number: 9002, name: "auto" },
      HTTP,
    ],
  }),
  ...(["STATIC", "DNS", "DNS_ROUND_ROBIN"] as const).map((resolution) =>
    stored("ServiceEntry", `shop/${resolution.toLowerCase().replaceAll("_", "-")}`, {
      hosts: [`${resolution.toLowerCase()}.com`],
      ports: [HTTP],
      resolution,
      endpoints: [...ADDRESSES, "*.x.com", "a b", "unix://", `unix:///${"x".repeat(200)}`, "unix:///tmp/a"].flatMap((address) => [
        { address },
        { address, ports: { http: 70_000 } },
        { address, weight: -1 },
      ]),
    }),
  ),
  stored("DestinationRule", "shop/round", { host: "dns_round_robin.com", subsets: [{ name: "none", labels: { version: "none" } }] }),
  stored("VirtualService", "shop/l4", {
    hosts: ["addresses.com"],
    tcp: [{ match: [{ destinationSubnets: ["nonsense"] }], route: [{ destination: { host: "sound.com" } }] }],
    tls: [{ match: [{ sniHosts: ["*", "", "a b"] }], route: [{ destination: { host: "sound.com" }, weight: -1 }] }],
  }),
  ...badPolicies.flatMap((trafficPolicy, i) => [
    stored("ServiceEntry", `shop/policy-${i}`, { hosts: [`policy-${i}.com`], ports: [HTTP], resolution: "DNS" }),
    stored("DestinationRule", `shop/policy-${i}`, { host: `policy-${i}.com`, trafficPolicy } as never),
  ]),
  stored("Service", "shop/odd", {
    clusterIP: "nonsense",
    ports: [
      { name: "tcp", port: 9000 },
      { name: "constructor", port: 80 },
    ],
  }),
];

function decoded<D extends DescMessage>(resource: EncodedResource | undefined, schema: D): MessageShape<D>[] {
  const { resource: any } = fromBinary(ResourceSchema, resource?.bytes ?? new Uint8Array());
  const message = any && anyUnpack(any, schema);
  return message === undefined ? [] : [message];
}

test("the real Envoy takes all that is sent of a world full of it", () => {
  const { proxy, left, routes } = sentWith(...POISON);
  const clusters = [...proxy.names("cluster")].flatMap((name) => {
    const found = decoded(proxy.get("cluster", name), ClusterSchema);
    const [assignment] = decoded(proxy.get("endpoint", name), ClusterLoadAssignmentSchema);
    return found.map((cluster) => (cluster.edsClusterConfig && assignment ? withEndpoints(cluster, assignment) : cluster));
  });
  const listeners = [...proxy.names("listener")].flatMap((name) => decoded(proxy.get("listener", name), ListenerSchema));
  const table = routes("80");
  const withTable = table && listeners.filter(({ name }) => name === "0.0.0.0_80").map((listener) => onLoopback(listener, 18_070, table));
  expect(complaints({ clusters, listeners: listeners.filter(({ name }) => name !== "0.0.0.0_80") })).toBe("");
  expect(complaints({ clusters, listeners: withTable ?? [] })).toBe("");
  expect(clusters.map(({ name }) => name)).toContain("outbound|80||sound.com");
  expect(left.length).toBeGreaterThan(20);
});
