import type { Scene, Values } from "./scene.ts";

const api = { host: "api.example.com" };
const toApi = [{ destination: api }];

const NAMES: Values = {
  "hosts[]": ["web"],
  "gateways[]": ["gateway"],
  "exportTo[]": ["other"],
  "destination.host": ["other.example.com"],
  "mirror.host": ["other.example.com"],
  subset: ["v1"],
  "port.number": [8083],
  "sniHosts[]": ["a.api.example.com"],
  "destinationSubnets[]": ["192.0.2.0/24"],
  sourceSubnet: ["10.0.0.0/8", "10.1.0.0/16"],
  sourceNamespace: ["other"],
};

function scene(under: string, body: object, values: Values = {}): Scene {
  return { under, spec: { hosts: ["api.example.com"], ...body }, values: { ...NAMES, ...values } };
}

/** A rule for HTTP, and a field of it. */
const http = (under: string, rule: object, values: Values = {}) => scene(`http[]${under}`, { http: [rule] }, values);

/** The same for a rule that forwards. */
const forward = (under: string, rule: object, values: Values = {}) => http(under, { route: toApi, ...rule }, values);

const other = { host: "other.example.com" };
const toOther = [{ destination: other }];
const toBoth = [
  { destination: api, weight: 50 },
  { destination: other, weight: 50 },
];
const toOtherByName = [{ match: [{ sniHosts: ["api.example.com"] }], route: toOther }];
const FROM_MACHINES: Values = { "sourceLabels{}": ["machine"] };

export const VIRTUAL_SERVICE_SCENES: readonly Scene[] = [
  scene("", { http: [{ route: toApi }] }),
  forward(".match[]", { match: [{ uri: { prefix: "/a" } }] }, { port: [8083, 80] }),
  forward(".match[].uri", { match: [{}] }),
  forward(".match[].ignoreUriCase", { match: [{ uri: { prefix: "/a" } }] }),
  forward(".match[].sourceLabels", { match: [{}] }, FROM_MACHINES),
  forward(".route[].weight", { route: toBoth }),
  http(".redirect", { redirect: { uri: "/a" } }, { redirectCode: [302], scheme: ["https"] }),
  http(".redirect.prefixRewrite", { redirect: { authority: "a.example.com" }, match: [{ uri: { prefix: "/a" } }] }),
  http(".directResponse", { directResponse: { status: 404 } }, { status: [503] }),
  http(".directResponse.body", { directResponse: { status: 404, body: {} } }, { bytes: ["YQ=="] }),
  http(".delegate", { delegate: { name: "a" } }, { name: ["a", "b"], namespace: ["shop", "other"] }),
  forward(
    ".rewrite.uriRegexRewrite",
    { rewrite: { uriRegexRewrite: { match: "/a(.*)", rewrite: "/b" } } },
    { "uriRegexRewrite.match": ["/c.*"], rewrite: ["/d"] },
  ),
  forward(".retries", { retries: { attempts: 3 } }, { retryOn: ["5xx"] }),
  forward(".fault.delay", { fault: { delay: { fixedDelay: "1s", percentage: { value: 10 } } } }),
  forward(".fault.delay.percent", { fault: { delay: { fixedDelay: "1s" } } }, { percent: [10] }),
  forward(".fault.abort", { fault: { abort: { httpStatus: 503, percentage: { value: 10 } } } }, { httpStatus: [500] }),
  forward(".fault.abort.grpcStatus", { fault: { abort: {} } }, { grpcStatus: ["UNAVAILABLE"] }),
  forward(".mirror", { mirror: api }),
  forward(".mirrors", { mirrors: [{ destination: api }] }),
  ...[".mirrorPercent", ".mirror_percent", ".mirrorPercentage"].map((name) => forward(name, { mirror: api }, { [name.slice(1)]: [10] })),
  forward(".corsPolicy", { corsPolicy: { allowOrigins: [{ exact: "https://example.com" }] } }, { "allowMethods[]": ["GET"] }),
  forward(".corsPolicy.allowOrigins", { corsPolicy: { allowOrigins: [{}] } }),
  forward(".corsPolicy.allowOrigin[]", { corsPolicy: { allowMethods: ["GET"] } }),
  forward(".headers", { headers: {} }),
  scene("tls[]", { tls: toOtherByName }, { port: [9100], "gateways[]": ["gateway"] }),
  scene("tls[].match[].sniHosts", { hosts: ["*.example.com"], tls: toOtherByName }, { "sniHosts[]": ["other.example.com"] }),
  scene("tls[].route[].destination.host", { tls: toOtherByName }, { "destination.host": ["web"] }),
  scene("tls[].match[].sourceLabels", { tls: toOtherByName }, FROM_MACHINES),
  scene("tls[].route[].weight", { tls: [{ match: [{ sniHosts: ["api.example.com"] }], route: toBoth }] }),
  scene("tcp[]", { tcp: [{ match: [{ port: 9100 }], route: toOther }] }, { port: [9300] }),
  scene("tcp[].route[].destination.host", { tcp: [{ route: toOther }] }, { "destination.host": ["web"] }),
  scene("tcp[].match[].sourceLabels", { tcp: [{ match: [{}], route: toOther }] }, FROM_MACHINES),
  scene("tcp[].route[].weight", { tcp: [{ route: toBoth }] }),
];
