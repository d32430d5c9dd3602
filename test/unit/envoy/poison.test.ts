// One object that cannot be built, or that Envoy would refuse, must harm only itself.
import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import type { StoredObject } from "../../../src/api/object.ts";
import { createPublisher } from "../../../src/envoy/live-publisher.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { ResourceSchema } from "../../../src/gen/envoy/service/discovery/v3/discovery_pb.ts";
import type { EncodedResource } from "../../../src/rpc/resource.ts";
import { arrivals, stored } from "../model/world.ts";

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
  const publisher = createPublisher((_, __, reason) => left.push(reason instanceof Error ? reason.message : String(reason)));
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
