import type { ClusterObject } from "../cluster-object.ts";
import type { DnsNames } from "../dns-server.ts";
import type { OutsideServer } from "../outside-servers.ts";

/** The host that the demo calls, and where it is. */
export const HOST = "api.example.com";
export const WEB = "203.0.113.10";
export const MAIL_HOST = "mail.example.com";
export const MAIL = "198.51.100.20";
export const GATEWAY_HOST = "istio-egressgateway.istio-system.svc.cluster.local";

/** The outside world: one host for HTTP, HTTPS, HTTP/2 and gRPC, another for raw TCP. */
export const SERVERS: readonly OutsideServer[] = [
  { name: "web", kind: "http", address: WEB, port: 80 },
  { name: "web-tls", kind: "https", address: WEB, port: 443, hosts: [HOST] },
  { name: "web-http2", kind: "http2", address: WEB, port: 8080 },
  { name: "web-grpc", kind: "grpc", address: WEB, port: 9000 },
  { name: "echo", kind: "tcp", address: MAIL, port: 7000 },
  { name: "mail", kind: "banner", address: MAIL, port: 25 },
];

export const NAMES: DnsNames = { [HOST]: [WEB], [MAIL_HOST]: [MAIL] };

/** ConfigMap `istio`, as people edit it. */
export function meshConfig(mode: "ALLOW_ANY" | "REGISTRY_ONLY"): ClusterObject {
  const mesh = `accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: ${mode}\n`;
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio", namespace: "istio-system" }, data: { mesh } };
}

export function namespace(name: string, labels: Readonly<Record<string, string>>): ClusterObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** The app: a shell with curl, and nothing of the mesh in it. */
export const CLIENT: ClusterObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "client", namespace: "demo" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "client" } },
    template: {
      metadata: { labels: { app: "client" } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: "app", image: "localhost/fairlead/tools:dev", command: ["sleep", "1000000"] }],
      },
    },
  },
};

function serviceEntry(name: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  return { apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name, namespace: "demo" }, spec };
}

/** What makes the two hosts known. */
export const SERVICE_ENTRIES: readonly ClusterObject[] = [
  serviceEntry("mail", {
    hosts: [MAIL_HOST],
    addresses: [MAIL],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    ports: [
      { number: 7000, name: "tcp-echo", protocol: "TCP" },
      { number: 25, name: "tcp-smtp", protocol: "TCP" },
    ],
    endpoints: [{ address: MAIL }],
  }),
  serviceEntry("api", {
    hosts: [HOST],
    location: "MESH_EXTERNAL",
    resolution: "DNS",
    ports: [
      { number: 80, name: "http", protocol: "HTTP" },
      { number: 443, name: "tls", protocol: "TLS" },
      { number: 8080, name: "http2", protocol: "HTTP2" },
      { number: 9000, name: "grpc", protocol: "GRPC" },
    ],
  }),
];

/** A contradiction: endpoints written down and chosen by labels at once. */
export const BAD_SERVICE_ENTRY = serviceEntry("bad", {
  hosts: ["bad.example.com"],
  resolution: "STATIC",
  ports: [{ number: 80, name: "http", protocol: "HTTP" }],
  endpoints: [{ address: WEB }],
  workloadSelector: { labels: { app: "legacy" } },
});

/** The same without the contradiction, to break the demo's last step on purpose. */
export const GOOD_SERVICE_ENTRY = serviceEntry("good", {
  hosts: ["good.example.com"],
  resolution: "STATIC",
  ports: [{ number: 80, name: "http", protocol: "HTTP" }],
  endpoints: [{ address: WEB }],
});

/** Asked each second until Envoy has its configuration; the readiness probe, which the injector adds, asks every 15 s. */
const GATEWAY_STARTUP = { httpGet: { path: "/healthz/ready", port: 15021 }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 600 };

/** The egress gateway as its chart installs it: a Deployment whose only container is filled in by the webhook, and its Service. */
export const GATEWAY_DEPLOYMENT: ClusterObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "istio-egressgateway", namespace: "istio-system" },
  spec: {
    template: {
      metadata: {
        labels: { app: "istio-egressgateway", istio: "egressgateway", "sidecar.istio.io/inject": "true" },
        annotations: { "inject.istio.io/templates": "gateway" },
      },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "istio-proxy", image: "auto", startupProbe: GATEWAY_STARTUP }] },
    },
  },
};

export const GATEWAY_SERVICE: ClusterObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "istio-egressgateway", namespace: "istio-system", labels: { app: "istio-egressgateway" } },
  spec: {
    clusterIP: "10.96.0.80",
    selector: { app: "istio-egressgateway" },
    ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
  },
};

/** Gateway, DestinationRule and VirtualService that lead the host through the gateway. */
export function gatewayRules(selector: string): readonly ClusterObject[] {
  const rule = (kind: string, name: string, spec: Readonly<Record<string, unknown>>): ClusterObject => ({
    apiVersion: "networking.istio.io/v1",
    kind,
    metadata: { name, namespace: "demo" },
    spec,
  });
  const http = { number: 80, name: "http", protocol: "HTTP" };
  const leg = (gateway: string, destination: Readonly<Record<string, unknown>>) => ({
    match: [{ gateways: [gateway], port: 80 }],
    route: [{ destination }],
  });
  return [
    rule("Gateway", "egress-gateway", { selector: { app: selector }, servers: [{ port: http, hosts: [HOST] }] }),
    rule("DestinationRule", "egress-api", { host: GATEWAY_HOST, subsets: [{ name: "api" }] }),
    rule("VirtualService", "api-through-gateway", {
      hosts: [HOST],
      gateways: ["egress-gateway", "mesh"],
      http: [
        leg("mesh", { host: GATEWAY_HOST, subset: "api", port: { number: 80 } }),
        leg("egress-gateway", { host: HOST, port: { number: 80 } }),
      ],
    }),
  ];
}
