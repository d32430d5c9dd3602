import { describe, expect, it } from "vitest";
import { analyzeObject } from "../../../src/analysis/analyze-object.ts";
import { createWorld } from "../../../src/analysis/live-world.ts";
import { decode } from "../../../src/api/decode.ts";
import type { StoredObject } from "../../../src/api/object.ts";

const API_VERSIONS: Readonly<Record<string, string>> = { Service: "v1", Pod: "v1", Namespace: "v1", Deployment: "apps/v1" };

/** Reads `Kind namespace/name` and a spec. */
function stored(what: string, spec: unknown, labels: object = {}): StoredObject {
  const [kind = "", place = ""] = what.split(" ");
  const [namespace, name] = place.split("/");
  const apiVersion = API_VERSIONS[kind] ?? "networking.istio.io/v1";
  const decoded = decode({ apiVersion, kind, metadata: { namespace, name, labels }, spec }, `${name}.yaml:1`);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return decoded.value;
}

/** What is told of all objects, each among all. */
function analyze(objects: readonly StoredObject[]) {
  const world = createWorld(objects);
  return objects.flatMap((object) => analyzeObject(object, world).map((found) => ({ ...found, object })));
}

function told(...objects: readonly StoredObject[]): readonly string[] {
  return analyze(objects).map(
    ({ code, path, object: { kind, metadata } }) => `${code} ${kind} ${metadata.namespace}/${metadata.name} ${path}`,
  );
}

const service = stored("Service shop/reviews", { ports: [{ port: 80, name: "http" }] });

function routes(destination: object, fields: object = {}): StoredObject {
  return stored("VirtualService shop/a", { hosts: ["reviews"], http: [{ route: [{ destination }] }], ...fields });
}

const host = { host: "reviews", subset: "v1" };
const rule = stored("DestinationRule shop/reviews", { host: "reviews", subsets: [{ name: "v1" }] });
const at = "VirtualService shop/a spec.http[0].route[0].destination";

describe("subsets", () => {
  it("are defined", () => expect(told(service, rule, routes(host))).toEqual([]));

  it("are missed where no rule defines them", () => expect(told(service, routes(host))).toEqual([`FL1001 ${at}.subset`]));

  it("are named nearest", () => {
    const [found] = analyze([service, rule, routes({ host: "reviews", subset: "v11" })]);
    expect(found?.message).toContain("did you mean v1?");
    expect(found).toMatchObject({ level: "warning" });
  });

  it("may be defined by a rule for a wildcard, in the callers' namespace", () => {
    const wide = (at: string) => stored(`DestinationRule ${at}`, { host: "*.shop.svc.cluster.local", subsets: [{ name: "v1" }] });
    expect(told(service, wide("shop/all"), routes(host))).toEqual([]);
    expect(told(service, wide("istio-system/all"), routes(host))).toEqual([]);
    expect(told(service, wide("other/all"), routes(host))).toEqual([`FL1001 ${at}.subset`]);
  });

  it("are missed where the rule is not exported to", () => {
    const own = stored("DestinationRule other/r", { host: "reviews.shop.svc.cluster.local", exportTo: ["."], subsets: [{ name: "v1" }] });
    expect(told(service, own, routes(host))).toEqual([`FL1001 ${at}.subset`]);
  });
});

describe("hosts", () => {
  it("that are unknown", () => {
    expect(told(routes({ host: "reviews" }))).toEqual([`FL1003 ${at}.host`]);
    expect(told(stored("DestinationRule shop/r", { host: "reviews" }))).toEqual(["FL1003 DestinationRule shop/r spec.host"]);
  });

  it("that a wildcard entry declares", () => {
    const entry = stored("ServiceEntry other/e", { hosts: ["*.example.com"], ports: [{ number: 443, name: "tls" }] });
    expect(told(entry, routes({ host: "api.example.com" }))).toEqual([`FL1041 ${at}.host`]);
    expect(told(entry, routes({ host: "example.com" }))).toEqual([`FL1003 ${at}.host`]);
  });

  it("that another namespace keeps to itself", () => {
    const entry = stored("ServiceEntry other/e", { hosts: ["api.example.com"], exportTo: ["."] });
    expect(told(entry, routes({ host: "api.example.com" }))).toEqual([`FL1003 ${at}.host`]);
  });

  it("without the port", () => {
    expect(told(service, routes({ host: "reviews", port: { number: 81 } }))).toEqual([`FL1006 ${at}.port.number`]);
  });
});

describe("ports", () => {
  it("are said where a Service has several", () => {
    const two = stored("Service shop/reviews", {
      ports: [
        { port: 80, name: "http" },
        { port: 443, name: "tls" },
      ],
    });
    expect(told(two, routes({ host: "reviews" }))).toEqual([`FL1011 ${at}.port`]);
    expect(told(two, routes({ host: "reviews", port: { number: 443 } }))).toEqual([]);
  });
});

describe("gateways", () => {
  const gateway = stored("Gateway istio-system/g", {
    selector: { istio: "ingressgateway" },
    servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["shop/*.example.com"] }],
  });
  const bound = (gateways: readonly string[], hosts: readonly string[]) => routes({ host: "reviews" }, { gateways, hosts });

  it("are there and take the host", () => {
    expect(told(service, gateway, bound(["istio-system/g", "mesh"], ["a.example.com"]))).toEqual([]);
  });

  it("are missed", () => {
    expect(told(service, gateway, bound(["g"], ["a.example.com"]))).toEqual(["FL1002 VirtualService shop/a spec.gateways[0]"]);
  });

  it("are missed where a rule names them", () => {
    const http = (gateways: readonly string[]) => [{ match: [{ gateways }], route: [{ destination: { host: "reviews" } }] }];
    const matched = (...gateways: readonly string[]) =>
      told(service, gateway, routes({ host: "reviews" }, { gateways: ["istio-system/g"], hosts: ["a.example.com"], http: http(gateways) }));
    expect(matched("istio-system/g", "mesh")).toEqual([]);
    expect(matched("istio-system/gone")).toEqual(["FL1002 VirtualService shop/a spec.http[0].match[0].gateways[0]"]);
  });

  it("do not take the host", () => {
    expect(told(service, gateway, bound(["istio-system/g"], ["a.example.org"]))).toEqual(["FL1004 VirtualService shop/a spec.gateways[0]"]);
  });

  it("are carried by a pod, where pods are known", () => {
    const pod = (labels: object) => stored("Pod istio-system/p", { containers: [] }, labels);
    const own = { ...gateway, spec: { ...gateway.spec, selector: { istio: "own" } } };
    expect(told(own, pod({ istio: "own" }))).toEqual([]);
    expect(told(own, pod({ app: "a" }))).toEqual(["FL1008 Gateway istio-system/g spec.selector"]);
    // The usual one is seldom among documents.
    expect(told(gateway, pod({ app: "a" }))).toEqual([]);
  });
});

describe("competitors", () => {
  it("among gateways of the same pods for a port and a host", () => {
    const gateway = (name: string, number: number, hosts: readonly string[], selector: object) =>
      stored(`Gateway shop/${name}`, { selector, servers: [{ port: { number, name: "http", protocol: "HTTP" }, hosts }] });
    const one = gateway("a", 80, ["a.b", "c.d"], { istio: "ingressgateway" });
    expect(told(one, gateway("b", 80, ["c.d"], { istio: "ingressgateway", app: "x" }))).toEqual([
      "FL1010 Gateway shop/a spec.servers[0].hosts",
      "FL1010 Gateway shop/b spec.servers[0].hosts",
    ]);
    expect(told(one, gateway("b", 443, ["c.d"], { istio: "ingressgateway" }))).toEqual([]);
    expect(told(one, gateway("b", 80, ["e.f"], { istio: "ingressgateway" }))).toEqual([]);
    expect(told(one, gateway("b", 80, ["c.d"], { istio: "other" }))).toEqual([]);
  });

  it("among Sidecars for a whole namespace", () => {
    const sidecar = (place: string, more: object = {}) => stored(`Sidecar ${place}`, { egress: [{ hosts: ["./*"] }], ...more });
    const selected = sidecar("shop/c", { workloadSelector: { labels: { app: "a" } } });
    expect(told(sidecar("shop/a"), selected, sidecar("other/a"))).toEqual([]);
    expect(told(sidecar("shop/a"), sidecar("shop/b"))).toEqual([
      "FL1007 Sidecar shop/a spec.workloadSelector",
      "FL1007 Sidecar shop/b spec.workloadSelector",
    ]);
  });

  it("among VirtualServices for a host on the mesh", () => {
    const other = (spec: object) => stored("VirtualService shop/b", { http: [{ route: [{ destination: { host: "reviews" } }] }], ...spec });
    const hosts = ["reviews.shop.svc.cluster.local"];
    expect(told(service, routes({ host: "reviews" }), other({ hosts })).map((line) => line.slice(0, 6))).toEqual(["FL1009", "FL1009"]);
    const gateway = stored("Gateway shop/g", { servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }] });
    expect(told(service, gateway, routes({ host: "reviews" }), other({ hosts, gateways: ["g"] }))).toEqual([]);
  });
});

describe("delegates", () => {
  it("are there", () => {
    const root = stored("VirtualService shop/root", { hosts: ["reviews"], http: [{ delegate: { name: "part" } }] });
    const part = stored("VirtualService shop/part", { http: [{ route: [{ destination: { host: "reviews" } }] }] });
    expect(told(service, root, part)).toEqual([]);
    expect(told(service, root)).toEqual(["FL1005 VirtualService shop/root spec.http[0].delegate"]);
  });
});

describe("analyzeObject", () => {
  it("takes the new version of an object for the old one", () => {
    const [before, after] = [routes(host), routes({ host: "reviews" })];
    expect(analyzeObject(after, createWorld([service, before]))).toEqual([]);
    expect(analyzeObject(before, createWorld([service, after])).map(({ code }) => code)).toEqual(["FL1001"]);
  });
});
