import { describe, expect, it } from "vitest";
import { analyzeObject } from "../../../src/analysis/analyze-object.ts";
import { OF_CLUSTER } from "../../../src/analysis/knowledge.ts";
import { createWorld } from "../../../src/analysis/live-world.ts";
import { decode } from "../../../src/api/decode.ts";
import type { StoredObject } from "../../../src/api/object.ts";

type Raw = Readonly<Record<string, unknown>>;

function read(raw: Raw): StoredObject {
  const decoded = decode(raw);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return decoded.value;
}

const namespace = (name: string, labels: object) => read({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });

function pod(spec: object, metadata: object = {}, status: object = {}): StoredObject {
  return read({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "shop", ...metadata }, spec, status });
}

const codes = (object: StoredObject, ...others: readonly StoredObject[]) =>
  analyzeObject(object, createWorld([object, ...others])).map(({ code, path }) => `${code} ${path}`);

const app = { containers: [{ name: "app", image: "app:1" }] };

describe("a pod without sidecar", () => {
  const enabled = namespace("shop", { "istio-injection": "enabled" });
  const missing = ["FL1027 spec.containers"];

  it("is told where it is to have one", () => {
    expect(codes(pod(app), enabled)).toEqual(missing);
    expect(codes(pod(app), namespace("shop", { "istio.io/rev": "canary" }))).toEqual(missing);
    expect(codes(pod(app, { labels: { "sidecar.istio.io/inject": "true" } }), namespace("shop", {}))).toEqual(missing);
  });

  it("is not where it has one, native or not, or has ended", () => {
    expect(codes(pod({ containers: [{ name: "app" }, { name: "istio-proxy" }] }), enabled)).toEqual([]);
    expect(codes(pod({ ...app, initContainers: [{ name: "istio-proxy" }] }), enabled)).toEqual([]);
    expect(codes(pod(app, {}, { phase: "Succeeded" }), enabled)).toEqual([]);
  });

  it("is not where nobody asked for one, or nobody knows", () => {
    expect(codes(pod(app, { labels: { "sidecar.istio.io/inject": "false" } }), enabled)).toEqual([]);
    expect(codes(pod(app, { annotations: { "sidecar.istio.io/inject": "false" } }), enabled)).toEqual([]);
    expect(codes(pod({ ...app, hostNetwork: true }), enabled)).toEqual([]);
    expect(codes(pod(app), namespace("shop", { "istio-injection": "disabled" }))).toEqual([]);
    expect(codes(pod(app))).toEqual([]);
  });
});

describe("a namespace without label", () => {
  const other = namespace("bank", { "istio-injection": "enabled" });
  const bare = namespace("shop", {});

  it("is told where others have one", () => {
    expect(codes(bare, other)).toEqual(["FL1025 metadata.labels"]);
    expect(codes(bare, other, pod(app))).toEqual(["FL1025 metadata.labels"]);
  });

  it("is not where its pods ask themselves, nobody has a label, or it belongs to the system", () => {
    expect(codes(bare, other, pod(app, { labels: { "sidecar.istio.io/inject": "true" } }))).toEqual([]);
    expect(codes(bare, namespace("bank", {}))).toEqual([]);
    expect(codes(namespace("kube-system", {}), other)).toEqual([]);
  });
});

describe("the image of sidecars", () => {
  const settings = (name: string, tag: string) =>
    read({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "istio-system" },
      data: { values: JSON.stringify({ global: { hub: "mesh", tag, proxy: { image: "proxyv2" } } }) },
    });
  const enabled = namespace("shop", { "istio-injection": "enabled" });
  const sidecar = (image: string, metadata: object = {}) => pod({ containers: [{ name: "istio-proxy", image }] }, metadata);
  const old = ["FL1028 metadata.name"];

  it("is the one that the injector gives", () => {
    expect(codes(enabled, settings("istio-sidecar-injector", "2"), sidecar("mesh/proxyv2:1"))).toEqual(old);
    expect(codes(enabled, settings("istio-sidecar-injector", "2"), sidecar("mesh/proxyv2:2-distroless"))).toEqual([]);
    expect(codes(enabled, settings("istio-sidecar-injector-canary", "2"), sidecar("mesh/proxyv2:1"))).toEqual([]);
  });

  it("is of the revision that the namespace asks for", () => {
    const canary = namespace("shop", { "istio.io/rev": "canary" });
    expect(codes(canary, settings("istio-sidecar-injector-canary", "3"), sidecar("mesh/proxyv2:2"))).toEqual(old);
  });

  it("may be the pod's own", () => {
    const own = { annotations: { "sidecar.istio.io/proxyImage": "mine:1" } };
    expect(codes(enabled, settings("istio-sidecar-injector", "2"), sidecar("mine:1", own))).toEqual([]);
  });
});

describe("user 1337", () => {
  const template = (kind: string, apiVersion: string, path: readonly string[], spec: object) =>
    read({
      ...{ apiVersion, kind, metadata: { name: "d", namespace: "shop" } },
      spec: path.reduceRight<object>((inner, name) => ({ [name]: inner }), { template: { spec } }),
    });
  const root = { securityContext: { runAsUser: 1337 } };

  it("is the sidecar's, in whatever makes pods", () => {
    const path = "spec.template.spec.securityContext.runAsUser";
    expect(codes(template("StatefulSet", "apps/v1", [], { ...root, ...app }))).toEqual([`FL1033 ${path}`]);
    expect(codes(template("CronJob", "batch/v1", ["jobTemplate", "spec"], { ...root, ...app }))).toEqual([
      "FL1033 spec.jobTemplate.spec.template.spec.securityContext.runAsUser",
    ]);
  });

  it("of a container, unless that is the sidecar, and of a pod unless every container says another", () => {
    const container = (name: string, runAsUser: number) => ({ name, securityContext: { runAsUser } });
    const deployment = (spec: object) => codes(template("Deployment", "apps/v1", [], spec));
    expect(deployment({ containers: [container("app", 1337)] })).toEqual([
      "FL1033 spec.template.spec.containers[0].securityContext.runAsUser",
    ]);
    expect(deployment({ containers: [container("istio-proxy", 1337)] })).toEqual([]);
    expect(deployment({ ...root, containers: [container("app", 1000)] })).toEqual([]);
  });
});

describe("image auto", () => {
  const deployment = (labels: object) =>
    read({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "gw", namespace: "shop" } },
      spec: { template: { metadata: { labels }, spec: { containers: [{ name: "istio-proxy", image: "auto" }] } } },
    });
  const told = ["FL1034 spec.template.spec.containers[0].image"];

  it("is filled in where the pods are injected", () => {
    expect(codes(deployment({ "sidecar.istio.io/inject": "true" }), namespace("shop", {}))).toEqual([]);
    expect(codes(deployment({}), namespace("shop", { "istio-injection": "enabled" }))).toEqual([]);
    expect(codes(deployment({}), namespace("shop", {}))).toEqual(told);
  });

  it("is told without the namespace only where the pods say no themselves", () => {
    expect(codes(deployment({ "sidecar.istio.io/inject": "false" }))).toEqual(told);
    expect(codes(deployment({}))).toEqual([]);
  });

  it("is no image of a pod that is there", () => {
    expect(codes(pod({ containers: [{ name: "istio-proxy", image: "auto" }] }))).toEqual(["FL1034 spec.containers[0].image"]);
  });
});

describe("injectors", () => {
  const webhook = (name: string, selectors: object, service = "istiod") =>
    read({
      ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration", metadata: { name } },
      webhooks: [
        { name: "sidecar-injector.istio.io", clientConfig: { service: { namespace: "istio-system", name: service } }, ...selectors },
      ],
    });
  const istiod = read({ apiVersion: "v1", kind: "Service", metadata: { name: "istiod", namespace: "istio-system" }, spec: {} });
  const by = (labels: object) => ({ namespaceSelector: { matchLabels: labels } });
  const expression = (key: string, operator: string, values?: readonly string[]) => ({ key, operator, ...(values && { values }) });

  it("overlap where some pod fits both", () => {
    const plain = webhook("plain", by({ "istio-injection": "enabled" }));
    expect(codes(plain, webhook("same", by({ "istio-injection": "enabled" })), istiod)).toEqual(["FL1029 webhooks[0]"]);
    expect(codes(plain, webhook("all", {}), istiod)).toEqual(["FL1029 webhooks[0]"]);
    expect(codes(plain, webhook("canary", by({ "istio.io/rev": "canary" })), istiod)).toEqual(["FL1029 webhooks[0]"]);
  });

  it("do not where their selectors exclude each other", () => {
    const plain = { matchExpressions: [expression("istio-injection", "In", ["enabled"]), expression("istio.io/rev", "DoesNotExist")] };
    const canary = webhook("canary", by({ "istio.io/rev": "canary" }));
    expect(codes(webhook("plain", { namespaceSelector: plain }), canary, istiod)).toEqual([]);
    const other = read({
      ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration", metadata: { name: "other" } },
      webhooks: [{ name: "pods.example.com", clientConfig: { url: "https://example.com" } }],
    });
    expect(codes(canary, other, istiod)).toEqual([]);
  });
});

describe("a cluster", () => {
  const gateway = read({
    ...{ apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata: { name: "g", namespace: "shop" } },
    spec: { selector: { istio: "ingressgateway" }, servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["a.b"] }] },
  });

  it("is known whole: what is not there is missing, the usual gateway too", () => {
    expect(analyzeObject(gateway, createWorld([gateway], OF_CLUSTER)).map(({ code }) => code)).toEqual(["FL1008"]);
    expect(analyzeObject(gateway, createWorld([gateway]))).toEqual([]);
  });
});
