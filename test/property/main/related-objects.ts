import fc from "fast-check";

/** An object as a user writes it. */
export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: object;
}

// Few names, so that objects mean each other often, and miss each other often too.
const NAMESPACE = fc.constantFrom("shop", "shop", "infra");
const NAME = fc.constantFrom("one", "two", "three");
const HOST = fc.constantFrom("a.example.com", "a.example.com", "b.example.com", "one", "one.infra.svc.cluster.local");
const WILDCARD = fc.constantFrom("*.example.com", "*");
const PORT = fc.constantFrom(80, 443, 8080);
const EXPORT = fc.option(fc.constantFrom(["."], ["*"], ["infra"]), { nil: undefined });

const list = <T>(item: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const port = fc.record({ number: PORT, name: fc.constantFrom("http", "tls"), protocol: fc.constantFrom("HTTP", "TLS") });

const serviceEntry = fc.record({
  hosts: fc.uniqueArray(fc.oneof(HOST, fc.constant("*.example.com")), { minLength: 1, maxLength: 2 }),
  ports: list(port),
  resolution: fc.constantFrom("NONE", "DNS"),
  exportTo: EXPORT,
});

const destination = fc.record({
  host: HOST,
  subset: optional(fc.constantFrom("v1", "v2")),
  port: optional(fc.record({ number: PORT })),
});

const httpRoute = fc.record({
  name: optional(fc.constantFrom("canary", "a name")),
  match: optional(list(fc.record({ uri: fc.record({ prefix: fc.constantFrom("/", "/a", "/a/b") }) }))),
  route: list(fc.record({ destination, weight: optional(fc.constantFrom(50, 100)) })),
});

const delegating = fc.record({ delegate: fc.record({ name: NAME, namespace: NAMESPACE }) });

const virtualService = fc.record({
  hosts: fc.uniqueArray(fc.oneof(HOST, HOST, HOST, WILDCARD), { minLength: 1, maxLength: 2 }),
  gateways: optional(fc.uniqueArray(fc.constantFrom("mesh", "one", "infra/one", "shop/two"), { minLength: 1, maxLength: 2 })),
  http: list(fc.oneof({ weight: 5, arbitrary: httpRoute }, delegating), 3),
  exportTo: EXPORT,
});

const destinationRule = fc.record({
  host: fc.oneof(HOST, WILDCARD),
  subsets: optional(fc.uniqueArray(fc.record({ name: fc.constantFrom("v1", "v2") }), { maxLength: 2, selector: ({ name }) => name })),
  exportTo: EXPORT,
});

const server = fc.record({ port, hosts: list(fc.oneof(HOST, HOST, WILDCARD, fc.constant("shop/a.example.com"))) });
const gateway = fc.record({
  selector: fc.constantFrom({ istio: "egressgateway" }, { istio: "egressgateway" }, { app: "none" }),
  servers: list(server),
});

const sidecar = fc.record({
  workloadSelector: optional(fc.constant({ labels: { app: "one" } })),
  egress: list(fc.record({ hosts: list(fc.constantFrom("./*", "*/*", "infra/*")) })),
});

const pod = fc.constant({ containers: [{ name: "app", image: "app" }] });
const service = fc.record({ ports: list(fc.record({ port: PORT, name: fc.constantFrom("http", "tls") })) });

function object(kind: string, spec: fc.Arbitrary<object>, apiVersion = "networking.istio.io/v1"): fc.Arbitrary<Written> {
  const labels = optional(fc.constantFrom({ istio: "egressgateway" }, { app: "one" }));
  return fc
    .record({ apiVersion: fc.constant(apiVersion), kind: fc.constant(kind), metadata: metadata(labels), spec })
    .map(withoutUndefined);
}

const metadata = (labels: fc.Arbitrary<Record<string, string> | undefined>) => fc.record({ name: NAME, namespace: NAMESPACE, labels });

function withoutUndefined(value: object): Written {
  return JSON.parse(JSON.stringify(value)) as Written;
}

/** Kinds that the webhook is asked about. */
export const JUDGED: fc.Arbitrary<Written> = fc.oneof(
  object("ServiceEntry", serviceEntry),
  object("VirtualService", virtualService),
  object("DestinationRule", destinationRule),
  object("Gateway", gateway),
  object("Sidecar", sidecar),
);

const ANY = fc.oneof({ weight: 5, arbitrary: JUDGED }, object("Service", service, "v1"), object("Pod", pod, "v1"));

export const nameOf = ({ kind, metadata: { namespace, name } }: Written): string => `${kind}/${namespace}/${name}`;

/** Objects of different names that may mean each other. */
export const WORLDS: fc.Arbitrary<readonly Written[]> = fc.uniqueArray(ANY, { minLength: 3, maxLength: 8, selector: nameOf });
