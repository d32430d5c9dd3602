import { describe, expect, it } from "vitest";
import { analyzeObject } from "../../../src/analysis/analyze-object.ts";
import { createLiveWorld, createWorld } from "../../../src/analysis/live-world.ts";
import { keyOf, type StoredObject } from "../../../src/api/object.ts";
import { servicesNamed } from "../../../src/model/indexes/exported-services.ts";
import { arrivals, stored } from "../model/world.ts";

const http = { number: 80, name: "http", protocol: "HTTP" } as const;
const labels = { istio: "ingressgateway" };

const service = (at: string) => stored("Service", at, { ports: [{ port: 80 }] });
const routes = (at: string, host: string, fields: object = {}) =>
  stored("VirtualService", at, { hosts: [host], http: [{ route: [{ destination: { host, subset: "v1" } }] }], ...fields });
const subsets = (at: string, host: string) => stored("DestinationRule", at, { host, subsets: [{ name: "v1" }] });
const gateway = (at: string, host: string) => stored("Gateway", at, { selector: labels, servers: [{ port: http, hosts: [host] }] });
const sidecar = (at: string) => stored("Sidecar", at, { egress: [{ hosts: ["./*"] }] });
const entry = (at: string, host: string) => stored("ServiceEntry", at, { hosts: [host], ports: [http] });
const pod = (at: string, own: Record<string, string>) => stored("Pod", at, { containers: [] } as never, { labels: own });

/** As many namespaces as asked, each with one object of every kind that nothing else asks for. */
function crowd(size: number): readonly StoredObject[] {
  return Array.from({ length: size }, (_, i) => `crowd-${i}`).flatMap((namespace) => [
    service(`${namespace}/s`),
    entry(`${namespace}/e`, `${namespace}.example.com`),
    routes(`${namespace}/v`, "s"),
    subsets(`${namespace}/d`, "s"),
    gateway(`${namespace}/g`, `${namespace}.example.com`),
    sidecar(`${namespace}/c`),
    pod(`${namespace}/p`, { app: namespace }),
  ]);
}

/** What is asked about; every rule has something to look at, and most of them find something. */
const scene = [service("shop/reviews"), routes("shop/other", "reviews"), gateway("shop/g", "a.example.com"), sidecar("shop/c")];
const asked = [
  routes("shop/new", "reviews"),
  routes("shop/bound", "api.example.com", { gateways: ["shop/gg", "g"] }),
  stored("VirtualService", "shop/root", { hosts: ["x.example.com"], http: [{ delegate: { name: "part" } }] }),
  subsets("shop/d", "nowhere"),
  gateway("shop/h", "a.example.com"),
  sidecar("shop/whole"),
];
const told = (world: Parameters<typeof analyzeObject>[1]) =>
  asked.map((object) => analyzeObject(object, world).map(({ code, path, message }) => `${code} ${path} ${message}`));

describe("judging one object", () => {
  /** How often a body or metadata is looked at, of any object in the world. */
  function looks(size: number): number {
    let count = 0;
    const get = (of: StoredObject, field: string | symbol) => {
      count++;
      return Reflect.get(of, field);
    };
    const counted = (object: StoredObject) => new Proxy(object, { get });
    const world = createWorld([...scene, ...crowd(size)].map(counted));
    count = 0;
    expect(told(world).flat().length).toBeGreaterThan(5);
    return count;
  }

  it("looks at no more objects in a large world than in a small one", () => {
    const small = looks(10);
    expect(small).toBeGreaterThan(0);
    expect(looks(1_000)).toBe(small);
  });
});

describe("a live world", () => {
  it("is, after any changes, the world of the objects that are left", () => {
    const live = createLiveWorld();
    live.apply(arrivals(...scene, ...crowd(2), subsets("shop/reviews", "reviews")));
    live.apply(arrivals(routes("shop/other", "ratings"), gateway("shop/g", "b.example.com")));
    const gone = [sidecar("shop/c"), service("crowd-1/s"), pod("crowd-0/p", {})];
    live.apply(new Map(gone.map((object) => [keyOf(object), { before: object }])));
    const left = [service("shop/reviews"), routes("shop/other", "ratings"), gateway("shop/g", "b.example.com")];
    const others = [...crowd(2), subsets("shop/reviews", "reviews")].filter((object) => !gone.some((g) => keyOf(g) === keyOf(object)));
    expect(told(live)).toEqual(told(createWorld([...left, ...others])));
    expect(told(live)).not.toEqual(told(createWorld([...scene, ...crowd(2)])));
  });

  it("asks all of a gateway's labels of one pod", () => {
    const wants = stored("Gateway", "shop/two", { selector: { app: "a", tier: "b" }, servers: [] });
    const world = (...pods: readonly StoredObject[]) => analyzeObject(wants, createWorld(pods)).map(({ code }) => code);
    expect(world(pod("shop/x", { app: "a" }), pod("shop/y", { tier: "b" }))).toEqual(["FL1008"]);
    expect(world(pod("shop/x", { app: "a" }), pod("shop/y", { tier: "b", app: "a" }))).toEqual([]);
    expect(world()).toEqual([]);
  });

  it("goes on without an object that it cannot arrange", () => {
    const live = createLiveWorld();
    const broken = { ...entry("shop/broken", "x.example.com"), spec: {} as never };
    live.apply(arrivals(entry("shop/broken", "api.example.com")));
    const failures = live.apply(arrivals(broken, service("shop/reviews")));
    expect(failures.map(({ object }) => object)).toEqual([keyOf(broken)]);
    expect(live.ask(servicesNamed, "reviews.shop.svc.cluster.local")).toHaveLength(1);
    // As in the data path, the version before stands.
    expect(live.ask(servicesNamed, "api.example.com")).toHaveLength(1);
  });
});
