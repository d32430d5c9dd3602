import { describe, expect, test } from "vitest";
import { destinationRulesOf, effectivePolicy } from "../../../src/scope/destination-rule.ts";
import { outboundPolicy } from "../../../src/scope/egress.ts";
import { proxyArg, proxyView } from "../../../src/scope/proxy-view.ts";
import { parseScopeId, scopeId } from "../../../src/scope/scope-id.ts";
import { serviceEndpoints } from "../../../src/scope/service-endpoints.ts";
import { virtualServiceOf } from "../../../src/scope/virtual-service.ts";
import { hostArg, visibleHost, visiblePorts } from "../../../src/scope/visible-services.ts";
import { stored, worldOf } from "../model/world.ts";

const port = (number: number, protocol = "HTTP") => ({ number, name: `p${number}`, protocol });
const entry = (key: string, host: string, more: object = {}) => stored("ServiceEntry", key, { hosts: [host], ports: [port(80)], ...more });
const hostsOf = (world: ReturnType<typeof worldOf>, scope: string) =>
  world.get(visiblePorts, scope).map((at) => `${at.service.host}:${at.port.number}`);

describe("what a scope sees", () => {
  test("exportTo hides a host from other namespaces", () => {
    const world = worldOf(entry("shop/own", "own.com", { exportTo: ["."] }), entry("shop/all", "all.com"));
    expect(hostsOf(world, "shop")).toEqual(["all.com:80", "own.com:80"]);
    expect(hostsOf(world, "bank")).toEqual(["all.com:80"]);
  });

  test("a Sidecar's hosts and port narrow the view; its outbound policy overrides the mesh's", () => {
    const world = worldOf(
      stored("Sidecar", "shop/client", {
        egress: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["./*"] }],
        outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
      }),
      entry("shop/near", "near.com", { ports: [port(80), port(90)] }),
      entry("bank/far", "far.com"),
    );
    const scope = scopeId({ namespace: "shop", sidecar: "shop/client", labels: {} });
    expect(hostsOf(world, scope)).toEqual(["near.com:80"]);
    expect(world.get(outboundPolicy, scope)).toBe("REGISTRY_ONLY");
    expect(world.get(outboundPolicy, "shop")).toBe("ALLOW_ANY");
  });

  test("two objects may share a host: ports add up, the caller's own namespace wins a port both claim", () => {
    const world = worldOf(
      entry("bank/a", "x.com", { ports: [port(80), port(443, "TLS")] }),
      entry("shop/b", "x.com", { ports: [port(80)] }),
    );
    const seen = (scope: string) =>
      world.get(visibleHost, hostArg(scope, "x.com")).map((at) => `${at.service.namespace}:${at.port.number}`);
    expect(seen("shop")).toEqual(["shop:80", "bank:443"]);
    expect(seen("bank")).toEqual(["bank:80", "bank:443"]);
  });
});

describe("which rule holds", () => {
  test("the VirtualService with the most specific host, then the oldest", () => {
    const rule = (name: string, host: string, created: string) =>
      stored("VirtualService", `shop/${name}`, { hosts: [host], http: [] }, { created });
    const world = worldOf(rule("wide", "*.x.com", "2020"), rule("young", "a.x.com", "2026"), rule("old", "a.x.com", "2025"));
    expect(world.get(virtualServiceOf, hostArg("shop", "a.x.com"))?.name).toBe("old");
    expect(world.get(virtualServiceOf, hostArg("shop", "b.x.com"))?.name).toBe("wide");
    expect(world.get(virtualServiceOf, hostArg("shop", "x.com"))).toBeUndefined();
  });

  test("DestinationRules: the caller's namespace before the service's before the root's; subset over top, port over both", () => {
    const rule = (key: string, more: object = {}) => stored("DestinationRule", key, { host: "x.com", ...more });
    const world = worldOf(
      entry("owner/x", "x.com"),
      rule("istio-system/root"),
      rule("owner/owner"),
      rule("shop/mine", {
        trafficPolicy: {
          loadBalancer: { simple: "ROUND_ROBIN" },
          tls: { mode: "SIMPLE" },
          portLevelSettings: [{ port: { number: 81 }, tls: { mode: "DISABLE" } }],
        },
        subsets: [{ name: "v1", labels: { version: "v1" }, trafficPolicy: { loadBalancer: { simple: "RANDOM" } } }],
      }),
    );
    const named = (scope: string) => world.get(destinationRulesOf, hostArg(scope, "x.com")).rule?.name;
    expect([named("shop"), named("bank"), named("owner")]).toEqual(["mine", "owner", "owner"]);
    const rules = world.get(destinationRulesOf, hostArg("shop", "x.com"));
    expect(effectivePolicy(rules, 80, "v1")).toMatchObject({ loadBalancer: { simple: "RANDOM" }, tls: { mode: "SIMPLE" } });
    expect(effectivePolicy(rules, 81)).toEqual({ tls: { mode: "DISABLE" }, rule: { namespace: "shop", name: "mine" } });
  });
});

describe("the view of a proxy", () => {
  const pod = stored(
    "Pod",
    "shop/client-1",
    { podIP: "10.0.0.7", serviceAccountName: "client", containers: [{ name: "app", ports: [{ name: "web", containerPort: 8080 }] }] },
    { labels: { app: "client" } },
  );

  test("inbound ports come from the Services in front, by number and by name", () => {
    const service = stored("Service", "shop/client", {
      clusterIP: "10.96.0.9",
      selector: { app: "client" },
      ports: [
        { name: "http", port: 80, targetPort: "web" },
        { name: "tcp-x", port: 9000 },
      ],
    });
    const world = worldOf(pod, service, stored("Service", "shop/other", { selector: { app: "other" }, ports: [{ port: 1 }] }));
    expect(world.get(proxyView, proxyArg({ type: "sidecar", namespace: "shop", name: "client-1" }))?.inbound).toEqual([
      { port: 8080, protocol: "HTTP", service: "client.shop" },
      { port: 9000, protocol: "TCP", service: "client.shop" },
    ]);
  });

  test("a Sidecar that selects the pod goes before its namespace's, and that before the root namespace's", () => {
    const sidecar = (key: string, labels?: Record<string, string>) =>
      stored("Sidecar", key, labels === undefined ? {} : { workloadSelector: { labels } });
    const scopeWith = (...sidecars: ReturnType<typeof sidecar>[]) =>
      worldOf(pod, ...sidecars).get(proxyView, proxyArg({ type: "sidecar", namespace: "shop", name: "client-1" }))?.scope;
    const root = sidecar("istio-system/all");
    const own = sidecar("shop/default");
    expect(scopeWith(root)).toBe("shop|istio-system/all");
    expect(scopeWith(root, own)).toBe("shop|shop/default");
    expect(scopeWith(root, own, sidecar("shop/mine", { app: "client" }))).toBe("shop|shop/mine");
    expect(scopeWith(sidecar("shop/others", { app: "other" }))).toBe("shop");
  });

  test("labels that some VirtualService asks about are part of the scope, others are not", () => {
    const labelled = (name: string, labels: Record<string, string>) => stored("Pod", `shop/${name}`, { podIP: "10.0.0.7" }, { labels });
    const rule = stored("VirtualService", "shop/x", {
      hosts: ["x.com"],
      http: [{ match: [{ sourceLabels: { tier: "gold", "app.kubernetes.io/name": "a" } }], route: [{ destination: { host: "x.com" } }] }],
    });
    const world = worldOf(
      labelled("a", { tier: "gold", app: "a" }),
      labelled("b", { tier: "tin", app: "b" }),
      labelled("c", { app: "c" }),
      rule,
    );
    const scopeOf = (name: string) => world.get(proxyView, proxyArg({ type: "sidecar", namespace: "shop", name }))?.scope ?? "";
    expect(["a", "b", "c"].map(scopeOf)).toEqual(["shop||tier=gold", "shop||tier=tin", "shop"]);
    expect(parseScopeId(scopeOf("a"))).toEqual({ namespace: "shop", labels: { tier: "gold" } });
  });

  test("a gateway listens on the target port of the Service in front of it", () => {
    const world = worldOf(
      stored("Pod", "istio-system/gw", { podIP: "10.0.0.8" }, { labels: { istio: "egressgateway" } }),
      stored("Service", "istio-system/gw", {
        selector: { istio: "egressgateway" },
        ports: [{ name: "http2", port: 80, targetPort: 8080 }],
      }),
      stored("Gateway", "shop/egress", {
        selector: { istio: "egressgateway" },
        servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
      }),
    );
    expect(world.get(proxyView, proxyArg({ type: "router", namespace: "istio-system", name: "gw" }))?.gatewayPorts).toEqual([
      { port: 80, bindPort: 8080, servers: [{ gateway: "shop/egress", hosts: ["*"] }] },
    ]);
  });
});

describe("endpoints", () => {
  test("a ServiceEntry's own; a port's number by the endpoint, then targetPort, then the port", () => {
    const world = worldOf(
      entry("shop/x", "x.com", {
        resolution: "STATIC",
        ports: [{ number: 80, name: "http", protocol: "HTTP", targetPort: 8091 }],
        endpoints: [{ address: "203.0.113.1", ports: { http: 9000 } }, { address: "203.0.113.2" }],
      }),
    );
    const found = world.get(serviceEndpoints, "ServiceEntry/shop/x/x.com/80").map((e) => `${e.address}:${e.port}`);
    expect(found).toEqual(["203.0.113.1:9000", "203.0.113.2:8091"]);
  });

  test("DNS without endpoints: the host itself", () => {
    const world = worldOf(entry("shop/x", "x.com", { resolution: "DNS" }));
    expect(world.get(serviceEndpoints, "ServiceEntry/shop/x/x.com/80")).toMatchObject([{ address: "x.com", port: 80 }]);
  });

  test("workloads by selector: entries by their own ports, pods that are ready", () => {
    const labels = { app: "legacy" };
    const world = worldOf(
      entry("shop/x", "x.com", {
        resolution: "STATIC",
        ports: [{ number: 80, name: "http", protocol: "HTTP", targetPort: 8091 }],
        workloadSelector: { labels },
      }),
      stored("WorkloadEntry", "shop/vm1", { address: "203.0.113.1", labels, ports: { http: 8092 } }),
      stored("WorkloadEntry", "shop/vm2", { address: "203.0.113.2", labels }),
      stored("Pod", "shop/p1", { podIP: "10.0.0.1", ready: true }, { labels }),
      stored("Pod", "shop/p2", { podIP: "10.0.0.2", ready: false }, { labels }),
      stored("WorkloadEntry", "bank/vm", { address: "203.0.113.9", labels }),
    );
    const found = world.get(serviceEndpoints, "ServiceEntry/shop/x/x.com/80").map((e) => `${e.address}:${e.port}`);
    expect(found.sort()).toEqual(["10.0.0.1:8091", "203.0.113.1:8092", "203.0.113.2:8091"]);
  });

  test("an EndpointSlice's ready addresses, with the pod's labels and whether it speaks mutual TLS", () => {
    const world = worldOf(
      stored("Service", "shop/web", { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ name: "http", port: 80 }] }),
      stored(
        "EndpointSlice",
        "shop/web-1",
        {
          addressType: "IPv4",
          ports: [{ name: "http", port: 8080 }],
          endpoints: [
            { addresses: ["10.0.0.1"], targetRef: { kind: "Pod", name: "p1" } },
            { addresses: ["10.0.0.2"], conditions: { ready: false } },
          ],
        },
        { labels: { "kubernetes.io/service-name": "web" } },
      ),
      stored("Pod", "shop/p1", { podIP: "10.0.0.1" }, { labels: { app: "web", "security.istio.io/tlsMode": "istio" } }),
    );
    expect(world.get(serviceEndpoints, "Service/shop/web/web.shop.svc.cluster.local/80")).toMatchObject([
      { address: "10.0.0.1", port: 8080, mutualTls: true, labels: { app: "web" } },
    ]);
  });
});
