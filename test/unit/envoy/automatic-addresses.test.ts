import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { keyOf } from "../../../src/api/object.ts";
import { listenerPlan } from "../../../src/envoy/listener-plan.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { DnsTable_DnsVirtualDomainSchema } from "../../../src/gen/envoy/data/dns/v3/dns_table_pb.ts";
import { bodyOf } from "../../../src/rpc/delta-encoding.ts";
import type { ProxyNode } from "../../../src/scope/proxy-node.ts";
import { type Families, scopeId } from "../../../src/scope/scope-id.ts";
import { arrivals, replacing, stored, worldOf } from "../model/world.ts";
import { heardClient } from "./heard-client.ts";
import { settledPublisher } from "./settled-publisher.ts";

const scopeOf = (dns?: Families) => scopeId({ namespace: "shop", labels: {}, ...(dns && { dns }) });
const tcp = (number: number) => ({ number, name: `tcp-${number}`, protocol: "TCP" });
const given = (host: string, ...values: string[]) => values.map((value) => ({ value, host }));

/** A database outside, to which two addresses were given. */
const database = (name: string, last: number, more: object = {}, created?: string) =>
  stored(
    "ServiceEntry",
    `shop/${name}`,
    { hosts: [`${name}.internal`], ports: [tcp(5432)], resolution: "DNS", ...more },
    {
      given: given(`${name}.internal`, `240.240.${last >> 8}.${last & 255}`, `2001:2::${last}`),
      ...(created !== undefined && { created }),
    },
  );

/** Listener → hosts told apart there. */
function planOf(world: ReturnType<typeof worldOf>, dns?: Families) {
  return Object.fromEntries(
    [...world.get(listenerPlan, scopeOf(dns))].map(([name, { services }]) => [name, services.map(({ host }) => host)]),
  );
}

describe("listeners", () => {
  const world = worldOf(database("orders", 1, {}, "2026-01-01T00:00:00Z"), database("users", 2, {}, "2026-02-01T00:00:00Z"));

  test("two databases on one port are told apart by the addresses that were given to them", () => {
    expect(planOf(world, "dual")).toEqual({
      "240.240.0.1_5432": ["orders.internal"],
      "2001:2::1_5432": ["orders.internal"],
      "240.240.0.2_5432": ["users.internal"],
      "2001:2::2_5432": ["users.internal"],
    });
  });

  test("for callers whose queries are not captured nothing changes: the first who claims the port has it", () => {
    expect(planOf(world)).toEqual({ "0.0.0.0_5432": ["orders.internal"] });
  });

  test("addresses of a family that the workload has not are left out", () => {
    expect(Object.keys(planOf(world, "v4"))).toEqual(["240.240.0.1_5432", "240.240.0.2_5432"]);
    expect(Object.keys(planOf(world, "v6"))).toEqual(["2001:2::1_5432", "2001:2::2_5432"]);
  });

  test("TLS is also told apart by name, for who resolved the host elsewhere", () => {
    const entry = database("secure", 3, { ports: [{ number: 443, name: "tls", protocol: "TLS" }] });
    expect(planOf(worldOf(entry), "v4")).toEqual({ "240.240.0.3_443": ["secure.internal"], "0.0.0.0_443": ["secure.internal"] });
  });

  test("addresses that the entry declares stand alone", () => {
    const entry = database("own", 4, { addresses: ["198.51.100.7"] });
    expect(planOf(worldOf(entry), "dual")).toEqual({ "198.51.100.7_5432": ["own.internal"] });
  });

  test("addresses in the status of an entry that is to have none do not count, nor do such as nobody chooses", () => {
    expect(planOf(worldOf(database("open", 5, { resolution: "NONE" })), "dual")).toEqual({ "0.0.0.0_5432": ["open.internal"] });
    const spec = { hosts: ["odd.internal"], ports: [tcp(5432)], resolution: "DNS" as const };
    const odd = stored("ServiceEntry", "shop/odd", spec, { given: given("odd.internal", "10.96.0.1") });
    expect(planOf(worldOf(odd), "dual")).toEqual({ "0.0.0.0_5432": ["odd.internal"] });
  });

  test("an address of one's own, or a Service by that name, leaves no place for automatic ones", () => {
    const own = stored("ServiceEntry", "bank/orders", { hosts: ["orders.internal"], ports: [tcp(1)], addresses: ["198.51.100.7"] });
    expect(planOf(worldOf(database("orders", 1), own), "v4")).toEqual({
      "0.0.0.0_5432": ["orders.internal"],
      "198.51.100.7_1": ["orders.internal"],
    });
    const host = "db.shop.svc.cluster.local";
    const service = stored("Service", "shop/db", { clusterIP: "None", ports: [{ name: "http", port: 80 }] });
    const spec = { hosts: [host], ports: [tcp(5432)], resolution: "DNS" as const };
    const entry = stored("ServiceEntry", "shop/db", spec, { given: given(host, "240.240.0.1") });
    expect(Object.keys(planOf(worldOf(service, entry), "v4"))).toEqual(["0.0.0.0_80", "0.0.0.0_5432"]);
  });

  test("every port of a host is found at the addresses of the first claim, whichever object declares it", () => {
    const more = stored(
      "ServiceEntry",
      "shop/orders-admin",
      { hosts: ["orders.internal"], ports: [tcp(5433)], resolution: "DNS" },
      { given: given("orders.internal", "240.240.0.9"), created: "2026-02-01T00:00:00Z" },
    );
    const both = worldOf(database("orders", 1, {}, "2026-01-01T00:00:00Z"), more);
    expect(planOf(both, "v4")).toEqual({ "240.240.0.1_5432": ["orders.internal"], "240.240.0.1_5433": ["orders.internal"] });
  });
});

const node = {
  id: "sidecar~10.0.0.7~client.shop~x",
  type: "sidecar",
  name: "client",
  namespace: "shop",
  serviceAccount: "default",
  answersDns: true,
} as const;
const pod = (more: object = {}) => stored("Pod", "shop/client", { podIP: "10.0.0.7", ...more });

/** A connected sidecar among these objects: the names its agent is told, and what it was told of since. */
const connected = (...objects: Parameters<typeof arrivals>) => connectedAs(node, ...objects);

function connectedAs(proxy: ProxyNode, ...objects: Parameters<typeof arrivals>) {
  const publisher = settledPublisher();
  publisher.apply(arrivals(...objects));
  const { subscription, told } = heardClient(publisher, proxy);
  const addressesOf = (name: string) => {
    const resource = subscription.get("domain", name);
    const { endpoint } = fromBinary(DnsTable_DnsVirtualDomainSchema, resource ? bodyOf(resource).body : new Uint8Array());
    return endpoint?.endpointConfig.case === "addressList" ? endpoint.endpointConfig.value.address : [];
  };
  const domains = () => Object.fromEntries([...subscription.names("domain")].map((name) => [name, addressesOf(name)]));
  return { publisher, subscription, told, domains };
}

describe("names that the agent is told", () => {
  const http = (key: string, hosts: string[], more: object = {}, meta: object = {}) =>
    stored("ServiceEntry", key, { hosts, ports: [{ number: 80, name: "http", protocol: "HTTP" }], resolution: "DNS", ...more }, meta);

  test("hosts with addresses of their own or given ones; ranges are no answer, and hosts without any are left to the DNS servers", () => {
    const { domains } = connected(
      pod(),
      database("orders", 1),
      http("shop/own", ["own.internal"], { addresses: ["198.51.100.7", "2001:DB8::7"] }),
      http("shop/range", ["range.internal"], { addresses: ["198.51.100.0/24"], resolution: "NONE" }),
      http("shop/none", ["none.internal"]),
    );
    expect(domains()).toEqual({ "orders.internal": ["240.240.0.1"], "own.internal": ["198.51.100.7", "2001:db8::7"] });
  });

  test("none where the agent answers no queries, whatever is captured: it would not tell them", () => {
    const { domains, subscription } = connectedAs({ ...node, answersDns: false }, pod(), database("orders", 1));
    expect(domains()).toEqual({});
    expect([...subscription.names("listener")]).toContain("0.0.0.0_5432");
  });

  test("before the pod is known, so that none is missing when it is", () => {
    const { publisher, domains, told } = connected(database("orders", 1));
    expect(domains()).toEqual({ "orders.internal": ["240.240.0.1", "2001:2::1"] });
    publisher.apply(arrivals(pod()));
    expect(told).toContain("domain orders.internal");
    expect(domains()).toEqual({ "orders.internal": ["240.240.0.1"] });
  });

  test("of the families that the pod has", () => {
    const of = (podIPs: string[]) => connected(pod({ podIP: podIPs[0], podIPs }), database("orders", 1)).domains()["orders.internal"];
    expect(of(["fd00::7"])).toEqual(["2001:2::1"]);
    expect(of(["10.0.0.7", "fd00::7"])).toEqual(["240.240.0.1", "2001:2::1"]);
  });

  test("at the addresses where the listeners are, whoever declares the host to whom", () => {
    const declared = (key: string, port: number, last: number, exportTo: string[], created: string) =>
      stored(
        "ServiceEntry",
        key,
        { hosts: ["orders.internal"], ports: [tcp(port)], resolution: "DNS", exportTo },
        { given: given("orders.internal", `240.240.0.${last}`), created },
      );
    const { domains, subscription } = connected(
      pod(),
      declared("bank/young", 5432, 2, ["*"], "2026-02-01T00:00:00Z"),
      declared("bank/old", 5433, 1, ["shop"], "2026-01-01T00:00:00Z"),
    );
    expect(domains()).toEqual({ "orders.internal": ["240.240.0.1"] });
    expect([...subscription.names("listener")].filter((name) => name.startsWith("240."))).toEqual(["240.240.0.1_5433", "240.240.0.1_5432"]);
  });

  test("a host that is written with a dot at its end is told without", () => {
    const entry = http("shop/api", ["api.internal."], {}, { given: given("api.internal.", "240.240.0.6") });
    expect(connected(pod(), entry).domains()).toEqual({ "api.internal": ["240.240.0.6"] });
  });

  test("what the pod may not see it is not told", () => {
    const hidden = http("bank/hidden", ["hidden.internal"], { exportTo: ["."] }, { given: given("hidden.internal", "240.240.0.5") });
    expect(connected(pod(), hidden).domains()).toEqual({});
  });

  test("names of Kubernetes are left to its DNS, also where an entry declares one", () => {
    const service = stored("Service", "shop/db", { clusterIP: "10.96.0.5", ports: [{ name: "tcp", port: 5432 }] });
    const entry = http("shop/db", ["db.shop.svc.cluster.local"], { addresses: ["198.51.100.7"] });
    expect(connected(pod(), service, entry).domains()).toEqual({});
  });

  test("a host without addresses is told as such where a wildcard would answer for it", () => {
    const wildcard = http("shop/wild", ["*.example.com"], { addresses: ["198.51.100.7"], resolution: "NONE" });
    const { domains } = connected(pod(), wildcard, http("shop/api", ["api.example.com"]), http("shop/other", ["example.com"]));
    expect(domains()).toEqual({ "*.example.com": ["198.51.100.7"], "api.example.com": [] });
  });

  test("a host in capitals is one name", () => {
    const entry = http("shop/api", ["API.Internal"], {}, { given: given("API.Internal", "240.240.0.6") });
    expect(connected(pod(), entry).domains()).toEqual({ "api.internal": ["240.240.0.6"] });
  });

  test("HTTP may be asked for at the given address too", () => {
    const { subscription } = connected(pod(), http("shop/api", ["api.internal"], {}, { given: given("api.internal", "240.240.0.6") }));
    const route = subscription.get("route", "80");
    const hosts = fromBinary(RouteConfigurationSchema, route ? bodyOf(route).body : new Uint8Array()).virtualHosts;
    expect(hosts[0]?.domains).toEqual(["api.internal", "api.internal.", "240.240.0.6"]);
  });
});

const NOTHING = { factsAsked: 0, computed: 0 };

/** Work that an address costs which is given to one of many databases. */
function workOf(proxy: ProxyNode) {
  const bare = stored("ServiceEntry", "shop/late", { hosts: ["late.internal"], ports: [tcp(5432)], resolution: "DNS" });
  const others = Array.from({ length: 1000 }, (_, i) => database(`db-${i}`, i + 10));
  const { publisher, subscription } = connectedAs(proxy, pod(), bare, ...others);
  for (const type of ["cluster", "listener", "domain"] as const) {
    for (const name of subscription.names(type)) subscription.get(type, name);
  }
  const before = publisher.work();
  publisher.apply(replacing(bare, database("late", 1)));
  const after = publisher.work();
  return { factsAsked: after.factsAsked - before.factsAsked, computed: after.computed - before.computed };
}

test("an address that is given costs nothing where the agent answers no queries, and else a small part of what there is", () => {
  expect(workOf({ ...node, answersDns: false })).toEqual(NOTHING);
  const { factsAsked, computed } = workOf(node);
  expect(factsAsked).toBeLessThan(200);
  expect(computed).toBeLessThan(200);
});

test("an address that is given tells its name and its listeners, and no other name", () => {
  const bare = stored("ServiceEntry", "shop/orders", { hosts: ["orders.internal"], ports: [tcp(5432)], resolution: "DNS" });
  const { publisher, subscription, told, domains } = connected(pod(), bare, database("users", 2));
  for (const type of ["listener", "domain"] as const) {
    for (const name of subscription.names(type)) subscription.get(type, name);
  }
  const after = database("orders", 1);
  publisher.apply(replacing(bare, after));
  expect(told.splice(0).sort()).toEqual(["domain orders.internal", "listener 0.0.0.0_5432", "listener 240.240.0.1_5432"]);
  expect(domains()).toEqual({ "orders.internal": ["240.240.0.1"], "users.internal": ["240.240.0.2"] });
  publisher.apply(new Map([[keyOf(after), { before: after }]]));
  expect(told.sort()).toEqual(["domain orders.internal", "listener 240.240.0.1_5432"]);
});
