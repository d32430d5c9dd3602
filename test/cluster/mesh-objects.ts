// What a user applies in these tests.

const TOOLS = "localhost/fairlead/tools:dev";
/** An image with Node in it; its own entrypoint is not used. */
const NODE_IMAGE = "localhost/fairlead/controller:dev";

export const HOST = "api.example.com";
export const GATEWAY_HOST = "istio-egressgateway.istio-system.svc.cluster.local";

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function deployment(name: string, ns: string, container: object): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: ns },
    spec: {
      selector: { matchLabels: labels },
      // Process 1 of a container does not hear TERM unless it asks for it; these have nothing to finish.
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    },
  };
}

export function sleeper(name: string, ns: string): object {
  return deployment(name, ns, { name: "app", image: TOOLS, command: ["sleep", "1000000"] });
}

/** A Job that makes one call and ends. */
export function caller(name: string, ns: string, url: string): object {
  const container = { name: "app", image: TOOLS, command: ["curl", "-sSf", "--max-time", "5", url] };
  const spec = { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [container] } } };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace: ns }, spec };
}

const ECHO = `require("node:http").createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ server: "echo", remote: request.socket.remoteAddress, headers: request.headers }));
}).listen(8080)`;

/** An HTTP server that answers the headers it got, probed by the kubelet, and its Service. */
export function echoServer(name: string, ns: string): readonly object[] {
  const container = {
    name: "app",
    image: NODE_IMAGE,
    command: ["node", "-e", ECHO],
    ports: [{ containerPort: 8080, name: "http" }],
    readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 1 },
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 2 },
  };
  const ports = [{ name: "http", port: 80, targetPort: "http" }];
  const service = { apiVersion: "v1", kind: "Service", metadata: { name, namespace: ns }, spec: { selector: { app: name }, ports } };
  return [deployment(name, ns, container), service];
}

function rule(kind: string, name: string, ns: string, spec: object): object {
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name, namespace: ns }, spec };
}

const HTTP = { number: 80, name: "http", protocol: "HTTP" };

export function serviceEntry(name: string, ns: string, spec: object = {}): object {
  return rule("ServiceEntry", name, ns, { hosts: [HOST], location: "MESH_EXTERNAL", resolution: "DNS", ports: [HTTP], ...spec });
}

/** What leads `HOST` through the egress gateway: from the mesh to the gateway, from the gateway out. */
export function throughGateway(ns: string): readonly object[] {
  const leg = (gateway: string, host: string, more: object = {}) => ({
    match: [{ gateways: [gateway], port: 80 }],
    route: [{ destination: { host, port: { number: 80 }, ...more } }],
  });
  return [
    rule("Gateway", "egress-gateway", ns, { selector: { app: "istio-egressgateway" }, servers: [{ port: HTTP, hosts: ["*"] }] }),
    rule("DestinationRule", "egress-gateway", ns, { host: GATEWAY_HOST, subsets: [{ name: "api" }] }),
    rule("VirtualService", "through-gateway", ns, {
      hosts: [HOST],
      gateways: ["egress-gateway", "mesh"],
      http: [leg("mesh", GATEWAY_HOST, { subset: "api" }), leg("egress-gateway", HOST)],
    }),
  ];
}

/** What leads a host that is called from outside to a Service of the mesh, through a gateway named istio-ingressgateway. */
export function throughIngress(host: string, service: string, ns: string): readonly object[] {
  return [
    rule("Gateway", "ingress", ns, { selector: { istio: "ingressgateway" }, servers: [{ port: HTTP, hosts: [host] }] }),
    rule("VirtualService", "ingress", ns, {
      hosts: [host],
      gateways: ["ingress"],
      http: [{ route: [{ destination: { host: service, port: { number: 80 } } }] }],
    }),
  ];
}
