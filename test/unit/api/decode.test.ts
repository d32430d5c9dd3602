import { describe, expect, it } from "vitest";
import { decode, inspect } from "../../../src/api/decode.ts";

function entry(spec: unknown, more: object = {}) {
  return { apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "a", namespace: "shop" }, spec, ...more };
}

function paths(raw: unknown): readonly string[] {
  return inspect(raw).findings.map(({ code, path }) => `${code} ${path}`);
}

describe("decode", () => {
  it("keeps the user's shape, and of the metadata what is read", () => {
    const metadata = {
      name: "a",
      namespace: "shop",
      labels: { app: "a" },
      annotations: null,
      managedFields: [{}],
      uid: "u",
      resourceVersion: "7",
      generation: 2,
      creationTimestamp: "2026-01-01T00:00:00Z",
    };
    const decoded = decode(entry({ hosts: ["a.example.com"], resolution: "DNS" }, { metadata }), "a.yaml:3");
    expect(decoded).toEqual({
      ok: true,
      value: {
        kind: "ServiceEntry",
        metadata: {
          name: "a",
          namespace: "shop",
          labels: { app: "a" },
          annotations: {},
          uid: "u",
          resourceVersion: "7",
          generation: 2,
          creationTimestamp: "2026-01-01T00:00:00Z",
        },
        spec: { hosts: ["a.example.com"], resolution: "DNS" },
        origin: "a.yaml:3",
      },
    });
  });

  it.each(["v1", "v1beta1", "v1alpha3"])("reads version %s", (version) => {
    expect(decode(entry({ hosts: ["a"] }, { apiVersion: `networking.istio.io/${version}` })).ok).toBe(true);
  });

  it("names the field that is wrong", () => {
    const http = [{}, {}, { route: [{ destination: { host: "a" }, weight: "1" }] }];
    expect(paths(entry({ hosts: ["a"], http }, { kind: "VirtualService" }))).toEqual(["FL0102 spec.http[2].route[0].weight"]);
    expect(paths(entry({}))).toEqual(["FL0103 spec.hosts"]);
    expect(paths(entry({ hosts: [] }))).toEqual(["FL0107 spec.hosts"]);
    expect(paths(entry({ hosts: ["a"], resolution: "DSN" }))).toEqual(["FL0104 spec.resolution"]);
    expect(paths(entry({ hosts: ["a"], workloadSelector: { labels: { "a.b/c": 1 } } }))).toEqual([
      'FL0102 spec.workloadSelector.labels["a.b/c"]',
    ]);
    expect(paths(entry({ hosts: ["a"], endpoints: Array.from({ length: 4097 }, () => ({ address: "10.0.0.1" })) }))).toEqual([
      "FL0106 spec.endpoints",
    ]);
  });

  it("drops an unknown field with a warning that names the nearest", () => {
    const { object, findings } = inspect(entry({ hosts: ["a"], resoltion: "DNS" }));
    expect(object?.spec).toEqual({ hosts: ["a"] });
    expect(findings.map(({ level, path }) => [level, path])).toEqual([["warning", "spec.resoltion"]]);
    expect(findings[0]?.message).toContain("did you mean resolution?");
  });

  it("tells a field that is unknown beside the spec, or in the metadata, and names the nearest", () => {
    const told = (more: object, spec: unknown = { hosts: ["a"] }) =>
      inspect(entry(spec, more)).findings.map(({ code, path, message, fix = [] }) => [
        code,
        path,
        /did you mean (\w+)/.exec(message)?.[1],
        fix.length,
      ]);
    const metadata = { name: "a", namespace: "shop" };
    expect(told({ specs: { hosts: ["a"] } }, null)).toEqual([
      ["FL0120", "specs", "spec", 0],
      ["FL0103", "spec.hosts", undefined, 0],
    ]);
    expect(told({ spec2: {} })).toEqual([["FL0120", "spec2", "spec", 0]]);
    expect(told({ zone: 1 })).toEqual([["FL0120", "zone", undefined, 0]]);
    expect(told({ metadata: { ...metadata, label: {} } })).toEqual([["FL0120", "metadata.label", "labels", 2]]);
    expect(told({ metadata: { ...metadata, anotations: {}, annotations: {} } })).toEqual([
      ["FL0120", "metadata.anotations", "annotations", 0],
    ]);
    expect(told({ metadata: { ...metadata, owners: [] } })).toEqual([["FL0120", "metadata.owners", undefined, 0]]);
  });

  it("moves the spec to its right name where it fits there", () => {
    const { apiVersion, kind, metadata } = entry({});
    const fixes = (spec: unknown) => inspect({ apiVersion, kind, metadata, Spec: spec }).findings.map(({ fix }) => fix);
    expect(fixes({ hosts: ["a"] })[0]).toEqual([
      { op: "remove", path: "/Spec" },
      { op: "add", path: "/spec", value: { hosts: ["a"] } },
    ]);
    expect(fixes({ hosts: "a" })).toEqual([undefined, undefined]);
  });

  it("says nothing of fields that every object has, nor of those of other programs' kinds", () => {
    const times = { creationTimestamp: null, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 30 };
    const whose = { ownerReferences: [{}], finalizers: ["a"], managedFields: [{}], selfLink: "/a", generateName: "a-" };
    const metadata = { name: "a", uid: "u", resourceVersion: "1", generation: 1, ...times, ...whose };
    expect(paths(entry({ hosts: ["a"] }, { metadata, status: { a: 1 } }))).toEqual([]);
    const { deletionGracePeriodSeconds: _, ...rest } = metadata;
    expect(paths({ apiVersion: "v1", kind: "Namespace", metadata: { ...rest, cluster: "a" }, sepc: {} })).toEqual([]);
  });

  it.each([
    ["null", null, "FL0101 "],
    ["a list", [], "FL0101 "],
    ["text", "x", "FL0101 "],
    ["no kind", { apiVersion: "v1" }, "FL0103 kind"],
    ["kind a number", { apiVersion: "v1", kind: 1 }, "FL0103 kind"],
    ["no apiVersion", { kind: "Pod" }, "FL0103 apiVersion"],
    ["unknown kind", { apiVersion: "networking.istio.io/v1", kind: "toString" }, "FL0110 kind"],
    ["foreign kind", { apiVersion: "networking.k8s.io/v1", kind: "Ingress" }, "FL0113 kind"],
    ["foreign kind of a known name", { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" }, "FL0113 kind"],
    ["unknown version", { apiVersion: "networking.istio.io/v2", kind: "Sidecar" }, "FL0110 apiVersion"],
    ["no metadata", { apiVersion: "v1", kind: "Namespace" }, "FL0102 metadata"],
    ["no name", { apiVersion: "v1", kind: "Namespace", metadata: {} }, "FL0103 metadata.name"],
    ["bad name", { apiVersion: "v1", kind: "Namespace", metadata: { name: "A b" } }, "FL0111 metadata.name"],
    ["label a number", { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", labels: { a: 1 } } }, "FL0102 metadata.labels.a"],
    ["spec a list", entry([]), "FL0102 spec"],
    ["spec null", entry(null), "FL0103 spec.hosts"],
  ])("refuses %s", (_, raw, expected) => {
    expect(decode(raw).ok).toBe(false);
    expect(paths(raw)).toEqual([expected]);
  });

  it("reads what the API server makes of odd values", () => {
    const labels = { a: null, b: "c" };
    expect(inspect(entry({ hosts: ["a"] }, { metadata: { name: "a", labels, annotations: { d: null } } })).object?.metadata).toMatchObject({
      labels: { a: "", b: "c" },
      annotations: { d: "" },
    });
    expect(paths(entry({ hosts: ["a"] }, { metadata: { name: "a-" } }))).toEqual(["FL0111 metadata.name"]);
    expect(paths(entry({ hosts: ["a"] }, { metadata: { generateName: "a-" } }))).toEqual([]);
    expect(paths(entry({ hosts: ["a"], ports: [{ number: 2 ** 63, name: "a" }] }))).toEqual(["FL0102 spec.ports[0].number"]);
  });

  it("names the kind and the version that were meant, with a patch where nothing else is wrong", () => {
    const meant = (apiVersion: string, kind: string) => {
      const [found] = inspect({ apiVersion, kind, metadata: { name: "a" }, spec: {} }).findings;
      return [found?.path, found?.message.split("; ").at(-1), found?.fix?.map((step) => (step.op === "remove" ? "" : step.value))];
    };
    expect(meant("networking.istio.io/v1", "PeerAuthentication")).toEqual([
      "apiVersion",
      "write apiVersion: security.istio.io/v1",
      ["security.istio.io/v1"],
    ]);
    expect(meant("security.istio.io/v3", "PeerAuthentication")).toEqual([
      "apiVersion",
      "write apiVersion: security.istio.io/v1",
      ["security.istio.io/v1"],
    ]);
    expect(meant("networking.istio.io/v1beta1", "serviceentry")).toEqual(["kind", "did you mean ServiceEntry?", ["ServiceEntry"]]);
    expect(meant("networking.istio.io/v9", "VirtualServices")).toEqual(["kind", "did you mean VirtualService?", undefined]);
    expect(meant("networking.istio.io/v1", "AuthorizationPolicy")).toEqual([
      "kind",
      "did you mean AuthorizationPolicy of security.istio.io?",
      undefined,
    ]);
    expect(meant("security.istio.io/v1", "Nonsense")).toEqual(["kind", "kinds are PeerAuthentication", undefined]);
    expect(meant("networking.k8s.io/v1", "ServiceEntry")).toEqual(["kind", expect.stringContaining("was not checked"), undefined]);
    expect(meant("v2", "Service")).toEqual(["apiVersion", "write apiVersion: v1", undefined]);
  });

  it("is not led astray by __proto__ and constructor", () => {
    const raw: unknown = JSON.parse(
      '{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","__proto__":{"spec":{"hosts":["evil"]}},' +
        '"metadata":{"name":"a","__proto__":{"namespace":"kube-system"},"labels":{"__proto__":"x"}},' +
        '"spec":{"hosts":["a"],"__proto__":{"resolution":"STATIC"},"constructor":{"prototype":{"polluted":1}}}}',
    );
    const { object } = inspect(raw);
    expect(object?.spec).toEqual({ hosts: ["a"] });
    expect(object?.metadata.namespace).toBe("default");
    expect(Object.getPrototypeOf(object?.spec)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("bears deep nesting and endless lists of mistakes", () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    expect(decode(entry({ hosts: ["a"], deep })).ok).toBe(true);
    const wrong = inspect(entry({ hosts: Array.from({ length: 100_000 }, () => 1) }));
    expect(wrong.findings.length).toBeLessThan(110);
    expect(wrong.findings.at(-1)?.code).toBe("FL0112");
  });

  it("takes of Kubernetes' kinds only what is read", () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "shop" },
      spec: { serviceAccountName: "sa", volumes: [], containers: [{ name: "app", image: "i", ports: [{ containerPort: 80 }] }] },
      status: { podIP: "10.0.0.1", podIPs: [{ ip: "10.0.0.1" }], phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    };
    expect(decode(pod)).toMatchObject({
      value: {
        spec: {
          serviceAccountName: "sa",
          containers: [{ name: "app", ports: [{ containerPort: 80 }] }],
          podIP: "10.0.0.1",
          podIPs: ["10.0.0.1"],
          phase: "Running",
          ready: true,
        },
      },
    });
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "s", namespace: "shop" },
      addressType: "IPv4",
    };
    const endpoints = [{ addresses: ["10.0.0.1"], conditions: { ready: null }, nodeName: null }];
    expect(decode({ ...slice, endpoints, ports: null })).toMatchObject({
      value: { spec: { addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"], conditions: {} }], ports: [] } },
    });
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "shop" } };
    const spec = {
      type: "ClusterIP",
      clusterIP: "10.0.0.9",
      sessionAffinity: "None",
      ports: [{ port: 80, targetPort: "http", name: null }],
    };
    expect(decode({ ...service, spec })).toMatchObject({
      value: { spec: { type: "ClusterIP", clusterIP: "10.0.0.9", ports: [{ port: 80, targetPort: "http" }] } },
    });
  });
});
