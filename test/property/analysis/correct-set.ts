import fc from "fast-check";

export type Raw = Readonly<Record<string, unknown>> & { readonly kind: string };

interface Names {
  readonly namespace: string;
  readonly other: string;
  readonly name: string;
  readonly host: string;
}

const meta = (name: string, namespace: string, labels: object = {}) => ({ name, namespace, labels });

function ours(kind: string, metadata: object, spec: object): Raw {
  return { apiVersion: "networking.istio.io/v1", kind, metadata, spec };
}

const service = (name: string, namespace: string, selector: object): Raw => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(name, namespace),
  spec: { ports: [{ port: 80, name: "http" }], selector },
});

const pod = (name: string, namespace: string, labels: object): Raw => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: meta(name, namespace, labels),
  spec: { containers: [{ name: "app" }, { name: "istio-proxy" }] },
});

const to = (host: string, more: object = {}) => [{ route: [{ destination: { host, ...more } }] }];
const http = { number: 80, name: "http", protocol: "HTTP" };

/** Sets without contradictions in which nothing that is named is missing. */
const SETS: readonly ((names: Names) => readonly Raw[])[] = [
  ({ namespace, name }) => [
    service(name, namespace, { app: name }),
    pod(`${name}-1`, namespace, { app: name, version: "v1" }),
    ours("DestinationRule", meta(name, namespace), { host: name, subsets: [{ name: "v1", labels: { version: "v1" } }] }),
    ours("VirtualService", meta(name, namespace), { hosts: [name], http: to(name, { subset: "v1" }) }),
    ours("Sidecar", meta("default", namespace), { egress: [{ hosts: ["./*"] }] }),
    ours("Sidecar", meta("own", namespace), { workloadSelector: { labels: { app: name } }, egress: [{ hosts: ["*/*"] }] }),
  ],
  ({ namespace, other, name, host }) => [
    ours("ServiceEntry", meta(name, namespace), { hosts: [host], ports: [{ ...http, targetPort: 443 }], resolution: "DNS" }),
    ours("ServiceEntry", meta(`${name}-tls`, namespace), {
      hosts: [host],
      ports: [{ number: 443, name: "tls", protocol: "TLS" }],
      resolution: "DNS",
    }),
    ours("ServiceEntry", meta(name, other), { hosts: [host], ports: [{ ...http, targetPort: 443 }], resolution: "DNS" }),
    ours("DestinationRule", meta(name, namespace), {
      host,
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: "SIMPLE", subjectAltNames: [host] } }] },
    }),
    ours("VirtualService", meta(name, namespace), { hosts: [host], http: to(host, { port: { number: 80 } }) }),
  ],
  ({ namespace, other, name, host }) => [
    service(name, namespace, { app: name }),
    service("edge", other, { istio: "edge" }),
    pod("edge", other, { istio: "edge" }),
    ours("Gateway", meta("edge", other), { selector: { istio: "edge" }, servers: [{ port: http, hosts: [`${namespace}/${host}`] }] }),
    ours("Gateway", meta("edge-2", other), { selector: { istio: "edge" }, servers: [{ port: http, hosts: ["*.wide.example.org"] }] }),
    ours("VirtualService", meta(name, namespace), { hosts: [host], gateways: [`${other}/edge`], http: to(name) }),
  ],
  ({ namespace, other, name }) => [
    service(name, namespace, { app: name }),
    ours("VirtualService", meta("root", namespace), { hosts: [name], http: [{ delegate: { name: "part", namespace: other } }] }),
    ours("VirtualService", meta("part", other), { http: to(`${name}.${namespace}.svc.cluster.local`) }),
    ours("DestinationRule", meta(name, namespace), { host: name, trafficPolicy: { loadBalancer: { simple: "RANDOM" } } }),
    ours("DestinationRule", meta(`${name}-2`, namespace), { host: name, subsets: [{ name: "all" }] }),
  ],
];

const WORD = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);

const NAMES: fc.Arbitrary<Names> = fc
  .uniqueArray(WORD, { minLength: 4, maxLength: 4 })
  .map(([namespace = "", other = "", name = "", domain = ""]) => ({ namespace, other, name, host: `api.${domain}.example.com` }));

/** Up to six objects that belong together, in no order. */
export const correctSet: fc.Arbitrary<readonly Raw[]> = fc.tuple(fc.constantFrom(...SETS), NAMES).map(([make, names]) => make(names));
