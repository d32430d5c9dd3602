import { expect, test } from "vitest";
import { keyOf } from "../../../src/api/object.ts";
import { arrivals, replacing, stored } from "../model/world.ts";
import { heardClient } from "./heard-client.ts";
import { settledPublisher } from "./settled-publisher.ts";

const entry = (i: number, spec: object) =>
  stored("ServiceEntry", `shop/entry-${i}`, {
    hosts: [`h${i}.example.com`],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address: "203.0.113.1" }],
    ...spec,
  });

const rule = (timeout: string) =>
  stored("VirtualService", "shop/h1", {
    hosts: ["h1.example.com"],
    http: [{ timeout, route: [{ destination: { host: "h1.example.com" } }] }],
  });

const mesh = (mode: "ALLOW_ANY" | "REGISTRY_ONLY") => stored("MeshConfig", "/mesh", { outboundTrafficPolicy: { mode } });

/** Work that each change costs a connected proxy which holds everything, in a world of `size` entries. */
function workOf(size: number) {
  const publisher = settledPublisher();
  const entries = Array.from({ length: size }, (_, i) => entry(i, {}));
  publisher.apply(arrivals(stored("Pod", "shop/client", { podIP: "10.0.0.7" }), ...entries, rule("1s"), mesh("ALLOW_ANY")));
  const node = {
    id: "sidecar~10.0.0.7~client.shop~x",
    type: "sidecar",
    name: "client",
    namespace: "shop",
    serviceAccount: "default",
  } as const;
  const { subscription, told } = heardClient(publisher, node);
  for (const type of ["cluster", "listener"] as const) {
    for (const name of subscription.names(type)) {
      subscription.get(type, name);
      subscription.get("endpoint", name);
    }
  }
  subscription.get("route", "80");
  const measure = (change: () => void) => {
    const before = publisher.work();
    change();
    const after = publisher.work();
    return { factsAsked: after.factsAsked - before.factsAsked, computed: after.computed - before.computed, told: told.splice(0).sort() };
  };
  return {
    endpoints: measure(() => publisher.apply(replacing(entry(1, {}), entry(1, { endpoints: [{ address: "203.0.113.2" }] })))),
    route: measure(() => publisher.apply(replacing(rule("1s"), rule("2s")))),
    arrival: measure(() => publisher.apply(arrivals(entry(5_000, {})))),
    removal: measure(() => publisher.apply(new Map([[keyOf(entry(5_000, {})), { before: entry(5_000, {}) }]]))),
    policy: measure(() => publisher.apply(replacing(mesh("ALLOW_ANY"), mesh("REGISTRY_ONLY")))),
    unrelated: measure(() => publisher.apply(arrivals(stored("VirtualService", "shop/x", { hosts: ["x.example.com"], tcp: [] })))),
  };
}

test("a change costs the same among 1,000 entries as among 10: facts asked, answers computed, names told", () => {
  const large = workOf(1_000);
  expect(large).toEqual(workOf(10));
  expect(large.endpoints.told).toEqual(["endpoint outbound|80||h1.example.com"]);
  expect(large.route.told).toEqual(["route 80"]);
  expect(large.arrival.told).toEqual(["cluster outbound|80||h5000.example.com", "route 80"]);
  expect(large.policy.told).toEqual(["listener 0.0.0.0_80", "listener virtualOutbound", "route 80"]);
  expect(large.policy.factsAsked, "no host is looked at").toBeLessThan(10);
  expect(large.unrelated).toEqual({ factsAsked: 0, computed: 0, told: [] });
  expect(large.endpoints.factsAsked).toBeLessThan(5);
  expect(large.endpoints.computed).toBeLessThan(5);
  expect(large.route.factsAsked).toBeLessThan(20);
});
