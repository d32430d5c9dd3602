import { describe, expect, it } from "vitest";
import { analyzeObject } from "../../../src/analysis/analyze-object.ts";
import { createWorld } from "../../../src/analysis/live-world.ts";
import type { StoredObject } from "../../../src/api/object.ts";
import { stored } from "../model/world.ts";

const tls = { number: 443, name: "tls", protocol: "TLS" } as const;
const http = { number: 443, name: "http", protocol: "HTTP" } as const;

function entry(at: string, port: typeof tls | typeof http, more: object = {}): StoredObject<"ServiceEntry"> {
  return stored("ServiceEntry", at, { hosts: ["api.example.com"], ports: [port], resolution: "DNS", ...more });
}

function told(object: StoredObject, ...others: readonly StoredObject[]): readonly string[] {
  return analyzeObject(object, createWorld(others)).map(({ code, level, path }) => `${level} ${code} ${path}`);
}

const refused = ["error FL1012 spec.ports[0]"];

describe("one port in two ways", () => {
  it("is refused in one namespace", () => {
    expect(told(entry("shop/new", http), entry("shop/old", tls))).toEqual(refused);
    expect(told(entry("shop/new", tls, { resolution: "NONE" }), entry("shop/old", tls))).toEqual(refused);
  });

  it("is not where both say the same in effect, or one says nothing", () => {
    expect(told(entry("shop/new", { ...tls, protocol: "HTTPS" } as never), entry("shop/old", tls))).toEqual([
      "warning FL1013 spec.ports[0]",
    ]);
    expect(told(entry("shop/new", { number: 443, name: "x" } as never), entry("shop/old", tls))).toEqual(["warning FL1013 spec.ports[0]"]);
    expect(told(entry("shop/new", tls), entry("shop/old", tls))).toEqual([]);
  });

  it("is not where no caller sees both", () => {
    expect(told(entry("shop/new", http, { exportTo: ["a"] }), entry("shop/old", tls, { exportTo: ["b", "."] }))).toEqual([]);
  });

  it("is not where they are of two namespaces: an order decides", () => {
    expect(told(entry("shop/new", http), entry("bank/old", tls))).toEqual(["warning FL1013 spec.ports[0]"]);
  });

  it("is not where other ports of the host are meant", () => {
    expect(told(entry("shop/new", { ...http, number: 80 } as never), entry("shop/old", tls))).toEqual([]);
  });
});

describe("who is refused", () => {
  const rival = entry("shop/rival", tls);

  it("is not the owner of what was there before, when he changes something else", () => {
    const before = entry("shop/mine", http);
    const after = entry("shop/mine", http, { location: "MESH_INTERNAL" });
    expect(told(after, before, rival)).toEqual(["warning FL1012 spec.ports[0]"]);
  });

  it("is whoever changes his own into a contradiction", () => {
    expect(told(entry("shop/mine", http), entry("shop/mine", tls), rival)).toEqual(refused);
  });

  it("is not whoever takes the contradiction away", () => {
    expect(told(entry("shop/mine", tls), entry("shop/mine", http), rival)).toEqual([]);
  });

  it("is told to both where all are there already", () => {
    const [one, other] = [entry("shop/a", http), entry("shop/b", tls)];
    expect([told(one, one, other), told(other, one, other)]).toEqual([refused, refused]);
  });
});

describe("a gateway's port in two manners", () => {
  const server = (protocol: string, more: object = {}) => ({
    port: { number: 443, name: "a", protocol },
    hosts: ["a.example.com"],
    ...more,
  });
  const gateway = (at: string, servers: readonly object[], selector: Readonly<Record<string, string>> = { istio: "edge" }) =>
    stored("Gateway", at, { selector, servers } as never);
  const codes = (object: StoredObject, ...others: readonly StoredObject[]) =>
    analyzeObject(object, createWorld(others)).flatMap(({ code, level }) => (level === "error" ? [code] : []));

  it("is refused on the same pods and address", () => {
    const old = gateway("edge/old", [server("HTTPS", { tls: { mode: "SIMPLE", credentialName: "a" } })]);
    expect(codes(gateway("edge/new", [server("HTTP")]), old)).toEqual(["FL1014"]);
    expect(codes(gateway("edge/new", [server("TCP")]), old)).toEqual(["FL1014"]);
    expect(codes(gateway("edge/new", [server("HTTP", { bind: "10.0.0.1" })]), old)).toEqual([]);
    expect(codes(gateway("edge/new", [server("HTTP")], { istio: "other" }), old)).toEqual([]);
    expect(codes(gateway("edge/new", [server("HTTP")], { istio: "edge", app: "x" }), old)).toEqual([]);
    expect(codes(gateway("edge/new", [server("TLS", { tls: { mode: "PASSTHROUGH" } })]), old)).toEqual([]);
  });

  it("is not where the protocols are one manner", () => {
    expect(codes(gateway("edge/new", [server("GRPC")]), gateway("edge/old", [server("HTTP2")]))).toEqual([]);
  });
});

describe("one certificate at two gateways", () => {
  const gateway = (at: string, number: number) =>
    stored("Gateway", at, {
      selector: { istio: "edge" },
      servers: [
        {
          port: { number, name: "https", protocol: "HTTPS" },
          hosts: [`${at.replace("/", ".")}.example.com`],
          tls: { mode: "SIMPLE", credentialName: "wildcard" },
        },
      ],
    });

  it("is told on one port, where connections are kept, and not on two", () => {
    expect(told(gateway("edge/a", 443), gateway("edge/b", 443))).toContain("warning FL1022 spec.servers[0].tls");
    expect(told(gateway("edge/a", 443), gateway("edge/b", 8452)).filter((line) => line.includes("FL1022"))).toEqual([]);
  });
});

describe("a gateway that takes none of the hosts", () => {
  const gateway = (hosts: readonly string[]) =>
    stored("Gateway", "edge/all", { selector: { istio: "x" }, servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts }] });
  const routes = (more: object = {}) =>
    stored("VirtualService", "shop/v", {
      hosts: ["a.example.com"],
      gateways: ["edge/all"],
      http: [{ redirect: { uri: "/" } }],
      ...more,
    });

  it("is an error", () => {
    expect(told(routes(), gateway(["b.example.com"]))).toEqual(["error FL1004 spec.gateways[0]"]);
    expect(told(routes(), gateway(["bank/a.example.com"]))).toEqual(["error FL1004 spec.gateways[0]"]);
    expect(told(routes(), gateway(["shop/*.example.com"]))).toEqual([]);
    expect(told(routes({ hosts: ["*.example.com"] }), gateway(["a.example.com"]))).toEqual([]);
  });

  it("is told with what stands in the way, and every way out", () => {
    const words = (object: StoredObject, other: StoredObject) =>
      analyzeObject(object, createWorld([other])).map(({ message }) => message.split("; ").at(-1));
    expect(words(routes(), gateway(["b.example.com"]))).toEqual(["add one of them to the Gateway's servers first"]);
    const alone =
      "it serves ./*.example.com for namespace edge alone: write shop/*.example.com or */*.example.com in the Gateway's servers too";
    expect(words(routes(), gateway(["b.example.org", "./*.example.com"]))).toEqual([alone]);
    expect(words(routes({ gateways: ["edge/all", "mesh"] }), gateway(["./*.example.com"]))).toContain(
      `${alone}, or remove the gateway here`,
    );
  });

  it("is told where the gateway came to be so after the routes", () => {
    expect(told(routes({ exportTo: ["."] }), routes(), gateway(["b.example.com"]))).toEqual(["warning FL1004 spec.gateways[0]"]);
  });
});
