import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { keyOf, type StoredObject } from "../../../src/api/object.ts";
import type { LivePublisher } from "../../../src/envoy/live-publisher.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { bodyOf } from "../../../src/rpc/delta-encoding.ts";
import { arrivals, replacing, stored } from "../model/world.ts";
import { heardClient } from "./heard-client.ts";
import { settledPublisher } from "./settled-publisher.ts";

const pod = (name: string, namespace = "shop") => stored("Pod", `${namespace}/${name}`, { podIP: "10.0.0.7" }, { labels: { app: name } });
const sidecarOf = (name: string, namespace = "shop") =>
  ({ id: `sidecar~10.0.0.7~${name}.${namespace}~x`, type: "sidecar", name, namespace, serviceAccount: "default" }) as const;
const entry = (i: number, address = "203.0.113.1", more: object = {}) =>
  stored("ServiceEntry", `shop/entry-${i}`, {
    hosts: [`h${i}.example.com`],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address }],
    ...more,
  });

function publisherOf(...objects: StoredObject[]): LivePublisher {
  const publisher = settledPublisher();
  publisher.apply(arrivals(...objects));
  return publisher;
}

/** A client that has asked for everything, as a proxy does, and the names it was told of since. */
function connect(publisher: LivePublisher, node: ReturnType<typeof sidecarOf>) {
  const { subscription, told } = heardClient(publisher, node);
  for (const name of subscription.names("cluster")) {
    subscription.get("cluster", name);
    subscription.get("endpoint", name);
  }
  for (const name of subscription.names("listener")) {
    subscription.get("listener", name);
  }
  subscription.get("route", "80");
  return { subscription, told };
}

function virtualHosts(subscription: ReturnType<typeof connect>["subscription"], route = "80"): string[] {
  const resource = subscription.get("route", route);
  return resource === undefined
    ? []
    : fromBinary(RouteConfigurationSchema, bodyOf(resource).body)
        .virtualHosts.map((host) => host.name)
        .sort();
}

test("a proxy sees clusters, listeners, routes and endpoints of what its scope sees", () => {
  const { subscription } = connect(publisherOf(pod("client"), entry(1)), sidecarOf("client"));
  expect([...subscription.names("cluster")]).toEqual([
    "outbound|80||h1.example.com",
    "BlackHoleCluster",
    "PassthroughCluster",
    "InboundPassthroughCluster",
  ]);
  expect([...subscription.names("listener")]).toEqual(["virtualOutbound", "virtualInbound", "0.0.0.0_80"]);
  expect(virtualHosts(subscription)).toEqual(["allow_any", "h1.example.com:80"]);
  expect(subscription.get("endpoint", "outbound|80||h1.example.com")).toBeDefined();
  expect(subscription.get("endpoint", "outbound|80||unknown.example.com")).toBeUndefined();
});

test("an arrival, a change of endpoints and a removal are told by name, and nothing else is", () => {
  const publisher = publisherOf(pod("client"), entry(1));
  const { told, subscription } = connect(publisher, sidecarOf("client"));
  publisher.apply(arrivals(entry(2)));
  expect(told.splice(0).sort()).toEqual(["cluster outbound|80||h2.example.com", "route 80"]);
  subscription.get("endpoint", "outbound|80||h2.example.com");
  publisher.apply(replacing(entry(2), entry(2, "203.0.113.2")));
  expect(told.splice(0)).toEqual(["endpoint outbound|80||h2.example.com"]);
  publisher.apply(new Map([[keyOf(entry(2)), { before: entry(2, "203.0.113.2") }]]));
  expect(told.splice(0).sort()).toEqual(["cluster outbound|80||h2.example.com", "endpoint outbound|80||h2.example.com", "route 80"]);
  expect(subscription.get("cluster", "outbound|80||h2.example.com")).toBeUndefined();
});

test("a host that is found by name from now on has no endpoints for a proxy that had it by addresses", () => {
  const publisher = publisherOf(pod("client"), entry(1));
  const { told, subscription } = connect(publisher, sidecarOf("client"));
  publisher.apply(replacing(entry(1), entry(1, "far.example.com", { resolution: "DNS" })));
  expect(told).toContain("cluster outbound|80||h1.example.com");
  expect(told).toContain("endpoint outbound|80||h1.example.com");
  expect(subscription.get("endpoint", "outbound|80||h1.example.com")).toBeUndefined();
});

test("a change that no one sees is told to no one; a change back gives the version back", () => {
  const publisher = publisherOf(pod("client"), entry(1));
  const { told, subscription } = connect(publisher, sidecarOf("client"));
  const version = subscription.get("route", "80")?.version;
  publisher.apply(arrivals(entry(3, "203.0.113.3", { exportTo: ["~"] })));
  publisher.apply(arrivals(stored("DestinationRule", "shop/nothing", { host: "elsewhere.example.com" })));
  expect(told).toEqual([]);
  publisher.apply(arrivals(entry(2)));
  publisher.apply(new Map([[keyOf(entry(2)), { before: entry(2) }]]));
  expect(subscription.get("route", "80")?.version).toBe(version);
});

test("proxies of one view share resources; the last to leave takes the view along", () => {
  const publisher = publisherOf(pod("a"), pod("b"), entry(1));
  const a = connect(publisher, sidecarOf("a"));
  const { computed } = publisher.work();
  const b = connect(publisher, sidecarOf("b"));
  expect(publisher.work().computed - computed, "its view alone").toBe(1);
  expect(b.subscription.get("route", "80")).toBe(a.subscription.get("route", "80"));
  a.subscription.close();
  b.subscription.close();
  expect(publisher.work()).toMatchObject({ views: 0, kept: 0 });
});

test("a Sidecar object that arrives moves its workloads to another view, and back when it goes", () => {
  const publisher = publisherOf(pod("client"), pod("other"), entry(1), stored("ServiceEntry", "bank/far", { ...entry(9).spec }));
  const client = connect(publisher, sidecarOf("client"));
  const other = connect(publisher, sidecarOf("other"));
  const sidecar = stored("Sidecar", "shop/client", {
    workloadSelector: { labels: { app: "client" } },
    egress: [{ hosts: ["bank/*"] }],
    outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  });
  publisher.apply(arrivals(sidecar));
  expect(virtualHosts(client.subscription)).toEqual(["block_all", "h9.example.com:80"]);
  expect(client.told).toContain("cluster outbound|80||h1.example.com");
  expect(client.told).toContain("route 80");
  expect(other.told).toEqual([]);
  publisher.apply(new Map([[keyOf(sidecar), { before: sidecar }]]));
  expect(virtualHosts(client.subscription)).toEqual(["allow_any", "h1.example.com:80", "h9.example.com:80"]);
});

test("a workload that leaves the store keeps what it had while its proxy drains", () => {
  const publisher = publisherOf(pod("client"), entry(1));
  const { told, subscription } = connect(publisher, sidecarOf("client"));
  publisher.apply(new Map([[keyOf(pod("client")), { before: pod("client") }]]));
  expect(told).toEqual([]);
  expect(virtualHosts(subscription)).toEqual(["allow_any", "h1.example.com:80"]);
});
