import { withValue } from "../unit/api/effects/leaves.ts";

/** Values of a node of a definition that a rule in CEL refuses, and near ones that are taken. */
export interface CelCase {
  /** Kind and path of the node: `ServiceEntry spec.endpoints[]`. */
  readonly at: RegExp;
  readonly refused: readonly unknown[];
  readonly taken: readonly unknown[];
}

/** Fields of which one may be there: each two of them together are refused, each alone is taken. */
function oneOf(at: RegExp, fields: Readonly<Record<string, unknown>>, besides: object = {}): CelCase {
  const all = Object.entries(fields);
  const pairs = all.flatMap(([first, a], index) => all.slice(index + 1).map(([second, b]) => ({ ...besides, [first]: a, [second]: b })));
  return { at, refused: pairs, taken: all.map(([name, value]) => ({ ...besides, [name]: value })) };
}

const HOSTS = ["a.example.com"];
const ENDPOINT = { address: "192.0.2.1" };
const SELECTOR = { matchLabels: { app: "a" } };

const ports = (...numbers: readonly number[]) => numbers.map((number, index) => ({ number, name: `p${index}` }));

export const CEL_CASES: readonly CelCase[] = [
  oneOf(
    /^ServiceEntry spec$/,
    { workloadSelector: { labels: { app: "a" } }, endpoints: [ENDPOINT] },
    {
      hosts: HOSTS,
      resolution: "STATIC",
    },
  ),
  {
    at: /^ServiceEntry spec$/,
    refused: ["DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"].map((resolution) => ({ hosts: HOSTS, addresses: ["192.0.2.0/24"], resolution })),
    taken: [
      { hosts: HOSTS, addresses: ["192.0.2.0/24"], resolution: "NONE" },
      { hosts: HOSTS, addresses: ["192.0.2.0/24"], resolution: "STATIC" },
      { hosts: HOSTS, addresses: ["192.0.2.0/24"] },
      { hosts: HOSTS, addresses: ["192.0.2.0"], resolution: "DNS" },
    ],
  },
  {
    at: /^ServiceEntry spec$/,
    refused: [
      { hosts: HOSTS, endpoints: [ENDPOINT] },
      { hosts: HOSTS, endpoints: [ENDPOINT], resolution: "NONE" },
    ],
    taken: [{ hosts: HOSTS, endpoints: [ENDPOINT], resolution: "STATIC" }],
  },
  {
    at: /^ServiceEntry spec$/,
    refused: [{ hosts: HOSTS, endpoints: [ENDPOINT, ENDPOINT], resolution: "DNS_ROUND_ROBIN" }],
    taken: [
      { hosts: HOSTS, endpoints: [ENDPOINT], resolution: "DNS_ROUND_ROBIN" },
      { hosts: HOSTS, endpoints: [ENDPOINT, ENDPOINT], resolution: "DNS" },
    ],
  },
  { at: /^ServiceEntry spec\.hosts\[\]$/, refused: ["*"], taken: ["*.example.com"] },
  {
    at: /^ServiceEntry spec\.ports$/,
    refused: [ports(80, 80), ports(80, 81, 80)],
    taken: [ports(80, 81)],
  },
  // Every port number of ours.
  {
    at: /^(ServiceEntry spec\.ports\[\]\.(number|targetPort)|.*\.ports\{\}|WorkloadGroup spec\.probe\..*\.port)$/,
    refused: [0, 65536],
    taken: [1, 65535],
  },
  {
    at: /^(ServiceEntry spec\.endpoints\[\]|WorkloadEntry spec)$/,
    refused: [{}, { labels: { app: "a" } }],
    taken: [{ address: "192.0.2.1" }, { network: "a" }],
  },
  {
    at: /^(ServiceEntry spec\.endpoints\[\]|WorkloadEntry spec|WorkloadGroup spec\.template)$/,
    refused: [{ address: "unix:///run/app.sock", ports: { http: 80 } }],
    taken: [{ address: "unix:///run/app.sock" }, { address: "192.0.2.1", ports: { http: 80 } }],
  },
  {
    at: /\.address$/,
    refused: ["unix://run/app.sock", "unix:///run/", "unix://"],
    taken: ["unix:///run/app.sock", "unix://@app", "a.example.com"],
  },
  {
    at: /(endpoints\[\]|WorkloadEntry spec|template)\.ports$/,
    refused: [{ "-http": 80 }, { a_b: 80 }, { ["a".repeat(64)]: 80 }, { "": 80 }],
    taken: [{ http: 80 }, { "a-b": 80 }, { ["a".repeat(63)]: 80 }],
  },
  oneOf(/^VirtualService .*\.(uri|scheme|method|authority|headers\{\}|queryParams\{\}|withoutHeaders\{\}|allowOrigins\[\])$/, {
    exact: "a",
    prefix: "a",
    regex: "a",
  }),
  oneOf(/\.redirect$/, { port: 80, derivePort: "FROM_REQUEST_PORT" }),
  oneOf(/\.directResponse\.body$/, { string: "a", bytes: "YQ==" }),
  oneOf(/\.fault\.delay$/, { fixedDelay: "1s", exponentialDelay: "1s" }),
  oneOf(/\.fault\.abort$/, { httpStatus: 503, grpcStatus: "UNAVAILABLE", http2Error: "CANCEL" }),
  oneOf(/\.loadBalancer$/, { simple: "RANDOM", consistentHash: { useSourceIp: true }, backendUtilization: {} }),
  oneOf(/\.loadBalancer$/, { localityLbSetting: {}, zoneAwareLbSetting: {} }),
  oneOf(/\.consistentHash$/, { httpHeaderName: "a", httpCookie: { name: "a" }, useSourceIp: true, httpQueryParameterName: "a" }),
  oneOf(/\.consistentHash$/, { ringHash: {}, maglev: {} }),
  // Every duration that has to be one.
  {
    at: /\.(perTryTimeout|backoff|fixedDelay|exponentialDelay|warmupDurationSecs|warmup\.duration|connectTimeout|maxConnectionDuration)$/,
    refused: ["0s", "999us", "0.9ms"],
    taken: ["1ms", "1s"],
  },
  {
    at: /\.(http2KeepAlive\.(interval|timeout)|outlierDetection\.(interval|baseEjectionTime))$/,
    refused: ["0s", "999us", "0.9ms"],
    taken: ["1ms", "1s"],
  },
  { at: /\.matchLabels$/, refused: [{ "app*": "a" }], taken: [{ app: "a" }] },
  { at: /\.matchLabels$/, refused: [{ "": "a" }], taken: [{ a: "" }] },
  { at: /\.(labels|matchLabels)\{\}$/, refused: ["v*", "*"], taken: ["v1", ""] },
  oneOf(/\.tls$/, { credentialNames: ["a"], tlsCertificates: [{}] }),
  oneOf(/\.tls$/, { credentialName: "a", credentialNames: ["a"] }),
  oneOf(/^WorkloadGroup spec\.probe$/, { httpGet: { port: 80 }, tcpSocket: { port: 80 }, exec: { command: ["a"] }, grpc: { port: 80 } }),
  { at: /\.httpGet\.scheme$/, refused: ["http", "FTP"], taken: ["HTTP", "HTTPS", ""] },
  {
    at: /^PeerAuthentication spec$/,
    refused: [
      { portLevelMtls: { "80": {} } },
      { selector: {}, portLevelMtls: { "80": {} } },
      { selector: { matchLabels: {} }, portLevelMtls: { "80": {} } },
    ],
    taken: [{ selector: SELECTOR, portLevelMtls: { "80": {} } }, { mtls: { mode: "STRICT" } }],
  },
  {
    at: /^PeerAuthentication spec\.portLevelMtls$/,
    refused: [{ http: {} }, { "0": {} }, { "65536": {} }],
    taken: [{ "1": {} }, { "65535": {} }],
  },
];

/** Bodies in which nodes may stand; the first whose place leads to a node is taken. */
const BODIES: readonly (readonly [place: RegExp, body: object])[] = [
  [/^ServiceEntry spec\.ports\[\]/, { hosts: HOSTS, ports: [{ number: 80, name: "http" }] }],
  [/^ServiceEntry spec\.endpoints\[\]\.address/, { hosts: HOSTS, resolution: "STATIC", endpoints: [{}] }],
  [/^ServiceEntry spec\.endpoints\[\]/, { hosts: HOSTS, resolution: "STATIC", endpoints: [ENDPOINT] }],
  [/^ServiceEntry/, { hosts: HOSTS }],
  [/^VirtualService spec\.http\[\]\.directResponse/, { http: [{ directResponse: { status: 200 } }] }],
  [/^VirtualService/, { http: [{}] }],
  [/^DestinationRule spec\.subsets\[\]/, { host: "a", subsets: [{ name: "v1" }] }],
  [/^DestinationRule/, { host: "a" }],
  [/^Gateway/, { servers: [{ port: { number: 443, name: "tls", protocol: "HTTPS" }, hosts: ["*"] }] }],
  [/^Sidecar spec\.ingress/, { ingress: [{ port: {} }] }],
  [/^WorkloadEntry spec\.ports/, ENDPOINT],
  [/^WorkloadGroup spec\.probe\.httpGet\.scheme/, { template: {}, probe: { httpGet: { port: 80 } } }],
  [/^WorkloadGroup/, { template: {} }],
  [/^PeerAuthentication spec\.portLevelMtls/, { selector: SELECTOR }],
  [/./, {}],
];

/** The body of an object in which the node at `place` has this value. */
export function bodyWith(place: string, value: unknown): unknown {
  const path = place.replace(/^\S+ spec\.?/, "");
  if (path === "") return value;
  const body = BODIES.find(([leading]) => leading.test(place))?.[1];
  return withValue(body, path, value);
}
