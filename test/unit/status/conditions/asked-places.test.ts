import { expect, it } from "vitest";
import { createLiveWorld } from "../../../../src/analysis/live-world.ts";
import { keyOf, type StoredObject } from "../../../../src/api/object.ts";
import { judgeStored } from "../../../../src/main/judges.ts";
import { arrivals, stored } from "../../model/world.ts";

const http = { number: 80, name: "http", protocol: "HTTP" } as const;
const app = { app: "ingress" };
const to = (host: string, rest: object = {}) => ({ http: [{ route: [{ destination: { host, ...rest } }] }] });

/** Of every kind that depends on another something that does, and what it depends on, near misses beside it. */
const OBJECTS: readonly StoredObject[] = [
  stored("Service", "shop/reviews", { ports: [{ port: 80 }] }),
  stored("Service", "shop/several", { ports: [{ port: 80 }, { port: 81 }] }),
  stored("ServiceEntry", "shop/wild", { hosts: ["*.example.com"], ports: [http] }),
  stored("ServiceEntry", "shop/one", { hosts: ["api.example.com"], ports: [{ ...http, number: 8080 }], exportTo: ["."] }),
  stored("DestinationRule", "shop/reviews", { host: "reviews", subsets: [{ name: "v1", labels: { version: "v1" } }] }),
  stored("DestinationRule", "other/api", { host: "api.example.com" }),
  stored("VirtualService", "shop/reviews", { hosts: ["reviews"], ...to("reviews", { subset: "v1" }) }),
  stored("VirtualService", "shop/rival", { hosts: ["reviews"], ...to("several") }),
  stored("VirtualService", "shop/port", { hosts: ["api.example.com"], ...to("api.example.com", { port: { number: 8080 } }) }),
  stored("VirtualService", "shop/bound", { hosts: ["a.example.com"], gateways: ["ingress/front"], ...to("reviews") }),
  stored("VirtualService", "shop/root", { hosts: ["d.example.com"], http: [{ delegate: { name: "part" } }] }),
  stored("VirtualService", "shop/part", to("reviews")),
  stored("Gateway", "ingress/front", { selector: app, servers: [{ port: http, hosts: ["*.example.com"] }] }),
  stored("Gateway", "ingress/rival", { selector: app, servers: [{ port: http, hosts: ["*.example.com"] }] }),
  stored("Sidecar", "shop/one", { egress: [{ hosts: ["./*"] }] }),
  stored("Sidecar", "shop/two", { egress: [{ hosts: ["*/*"] }] }),
  stored("Pod", "ingress/p", { containers: [] }, { labels: app }),
  stored("Pod", "shop/p", { containers: [] }, { labels: { app: "reviews" } }),
];

const told = (findings: readonly object[]) => JSON.stringify(findings);

it("an object's findings change only where a place that was asked was touched: what comes and what goes", () => {
  let changes = 0;
  for (const moving of OBJECTS) {
    const touched = new Set<string>();
    const world = createLiveWorld((place) => touched.add(place));
    world.apply(arrivals(...OBJECTS.filter((object) => object !== moving)));
    const others = OBJECTS.filter((object) => object !== moving);
    for (const delta of [arrivals(moving), new Map([[keyOf(moving), { before: moving }]])]) {
      const before = others.map((object) => {
        const asked = new Set<string>();
        return { object, asked, findings: told(judgeStored(object, world, (place) => asked.add(place))) };
      });
      touched.clear();
      world.apply(delta);
      for (const { object, asked, findings } of before) {
        if (told(judgeStored(object, world, () => undefined)) === findings) continue;
        changes++;
        expect(
          [...asked].some((place) => touched.has(place)),
          `${keyOf(object)} when ${keyOf(moving)} moves`,
        ).toBe(true);
      }
    }
  }
  expect(changes).toBeGreaterThan(15);
});
