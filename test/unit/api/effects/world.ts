import type { StoredObject } from "../../../../src/api/object.ts";
import type { UnbuiltKind } from "../../../../src/api/unbuilt/unbuilt-fields.ts";
import { read } from "./mesh-at-work.ts";

const NETWORKING = "networking.istio.io/v1";

function object(kind: string, name: string, spec: object, apiVersion = NETWORKING): StoredObject {
  return read({ apiVersion, kind, metadata: { name, namespace: "shop" }, spec });
}

function pod(name: string, ip: string, labels: Readonly<Record<string, string>>): StoredObject {
  const status = { podIP: ip, podIPs: [{ ip }], conditions: [{ type: "Ready", status: "True" }] };
  const spec = { serviceAccountName: name === "web-1" ? "web" : "default", containers: [{ name: "app" }] };
  return read({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "shop", labels }, spec, status });
}

export const HTTP = { number: 80, name: "http", protocol: "HTTP" };

/** What all examined objects meet: services of all kinds, a caller, a server, a gateway. */
const WORLD: readonly StoredObject[] = [
  pod("client", "10.0.0.7", { app: "client" }),
  pod("web-1", "10.0.0.9", { app: "web", version: "v1", "security.istio.io/tlsMode": "istio" }),
  pod("gateway", "10.0.0.8", { istio: "gateway" }),
  object(
    "Service",
    "web",
    {
      clusterIP: "10.96.0.9",
      selector: { app: "web" },
      ports: [
        { name: "http", port: 80 },
        { name: "tcp", port: 9000 },
      ],
    },
    "v1",
  ),
  object("ServiceEntry", "api", {
    hosts: ["api.example.com"],
    ports: [
      HTTP,
      { number: 443, name: "tls", protocol: "TLS" },
      { number: 8083, name: "http2", protocol: "HTTP2" },
      { number: 9100, name: "tcp", protocol: "TCP" },
    ],
    resolution: "STATIC",
    endpoints: [
      { address: "192.0.2.1", labels: { version: "v1" } },
      { address: "192.0.2.2", labels: { version: "v2" } },
    ],
  }),
  object("ServiceEntry", "other", { hosts: ["other.example.com"], ports: [HTTP], resolution: "DNS" }),
  object("ServiceEntry", "machines", {
    hosts: ["machines.example.com"],
    ports: [{ ...HTTP, number: 8080 }],
    location: "MESH_INTERNAL",
    resolution: "STATIC",
    workloadSelector: { labels: { app: "machine" } },
  }),
  object("Gateway", "gateway", { selector: { istio: "gateway" }, servers: [{ port: HTTP, hosts: ["*"] }] }),
  object("VirtualService", "at-gateways", {
    hosts: ["other.example.com"],
    gateways: ["gateway", "examined"],
    http: [{ route: [{ destination: { host: "other.example.com" } }] }],
  }),
];

/** What makes the fields of a kind matter beside that. */
const BESIDE: { readonly [K in UnbuiltKind]?: readonly StoredObject[] } = {
  ServiceEntry: [
    object("DestinationRule", "new", { host: "new.example.com", subsets: [{ name: "machines", labels: { app: "machine" } }] }),
    object("WorkloadEntry", "machine", { address: "192.0.2.6", labels: { app: "machine" }, ports: { http: 8081 } }),
  ],
  MeshConfig: ["istio-system", "config"].map((namespace) =>
    read({
      apiVersion: NETWORKING,
      kind: "DestinationRule",
      metadata: { name: "root", namespace },
      spec: { host: "other.example.com", trafficPolicy: { loadBalancer: { simple: namespace === "config" ? "RANDOM" : "ROUND_ROBIN" } } },
    }),
  ),
  DestinationRule: [
    object("VirtualService", "api", {
      hosts: ["api.example.com"],
      http: [
        { match: [{ uri: { prefix: "/v1" } }], route: [{ destination: { host: "api.example.com", subset: "v1" } }] },
        { route: [{ destination: { host: "api.example.com" } }] },
      ],
    }),
  ],
};

export function worldFor(kind: UnbuiltKind): readonly StoredObject[] {
  return [...WORLD, ...(BESIDE[kind] ?? [])];
}
