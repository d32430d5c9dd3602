import { describe, expect, it } from "vitest";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { findings } from "./verdict.ts";

const route = [{ destination: { host: "a" } }];

describe("a part of the wrong shape", () => {
  it("does not hide the other faults of its rule, nor those of other rules", () => {
    const faulty = {
      match: [{ uri: { regex: "(" }, port: 70_000 }],
      route: [{ destination: { host: "a b" }, weight: -1 }],
      rewrite: {},
      fault: {},
      retries: { attempts: -1 },
      mirrorPercentage: { value: 101 },
      corsPolicy: { allowMethods: ["get"] },
      headers: { request: { set: { "a b": "c" } } },
    };
    const all = findings("VirtualService", { hosts: ["*"], exportTo: ["A B"], http: [faulty] });
    expect(all.length).toBeGreaterThan(10);
    const wrong = findings("VirtualService", { hosts: ["*"], exportTo: ["A B"], http: [{ ...faulty, timeout: 1.5 }] });
    expect(wrong).toEqual(["FL0102 spec.http[0].timeout", ...all]);
  });

  it("hides what depends on it alone", () => {
    const of = (...http: object[]) => findings("VirtualService", { hosts: ["a"], http });
    expect(of({ route, retries: { attempts: "3", retryOn: "foo" } }, { route, retries: { attempts: -1 } })).toEqual([
      "FL0102 spec.http[0].retries.attempts",
      "FL0219 spec.http[1].retries.attempts",
      "FL0435 spec.http[1]?",
    ]);
    // Both rules match every request, unless the condition of the first is one.
    expect(of({ route, match: [{ uri: 5 }] }, { route })).toEqual(["FL0102 spec.http[0].match[0].uri"]);
  });

  it("is not taken for its default", () => {
    const entry = { hosts: ["a.com"], endpoints: [{ address: "10.0.0.1" }], ports: [{ number: 80, name: "http", protocol: "HTTP" }] };
    expect(findings("ServiceEntry", { ...entry, resolution: "Fixed" })).toEqual(["FL0104 spec.resolution"]);
    expect(findings("ServiceEntry", entry)).toEqual(["FL0304 spec.endpoints"]);
  });

  it("may be one that is missing", () => {
    const http = [{ route: [{}, { destination: { host: "a b" } }] }, { route: [{ destination: { host: "c d" } }] }];
    expect(findings("VirtualService", { hosts: ["a"], http })).toEqual([
      "FL0103 spec.http[0].route[0].destination",
      "FL0447 spec.http[0].route[1].destination.host",
      "FL0403 spec.http[0].route",
      "FL0447 spec.http[1].route[0].destination.host",
      "FL0435 spec.http[1]?",
    ]);
  });

  it("may be the metadata, or all of the spec", () => {
    const judged = (metadata: unknown, spec: unknown) => {
      const { errors } = validateObject({ apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata, spec });
      return errors.map(({ code, path }) => `${code} ${path}`);
    };
    const spec = { selector: { app: "a" }, servers: [] };
    expect(judged({ name: "A" }, spec)).toEqual(["FL0111 metadata.name", "FL0601 spec.servers"]);
    expect(judged({ name: "a.b" }, "text")).toEqual(["FL0102 spec", "FL0615 metadata.name"]);
  });

  it("does not make an object of what has one", () => {
    const raw = { apiVersion: "networking.istio.io/v1", kind: "Sidecar", metadata: { name: "a" }, spec: { egress: 5 } };
    expect(validateObject(raw).object).toBeUndefined();
    expect(validateObject({ ...raw, spec: { egress: [] } }).object).toBeDefined();
  });

  it("does not hide the other faults of a mesh configuration", () => {
    const { errors, mesh } = validateMeshConfig({ connectTimeout: 5, proxyListenPort: 70_000, trustDomain: "a b" });
    expect(errors.map(({ code, path }) => `${code} ${path}`).toSorted()).toEqual([
      "FL0102 connectTimeout",
      "FL0206 proxyListenPort",
      "FL0801 trustDomain",
    ]);
    expect(mesh).toBeUndefined();
  });
});
