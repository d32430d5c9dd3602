import fc from "fast-check";
import {
  mendDestinationRule,
  mendEntry,
  mendHttp,
  mendRoutes,
  mendServer,
  mendSidecar,
  mendVirtualService,
  once,
  PORT_NAMES,
  type Spec,
  without,
} from "./mended.ts";
import type { Meaning, Meanings } from "./shaped.ts";
import { clientTls, serverTls, type TlsFiles } from "./tls-meanings.ts";
import {
  ADDRESS,
  ANY_HOST,
  COUNT,
  DURATION,
  DURATION_OR_OFF,
  EXPORT_TO,
  HEADER_NAME,
  HEADER_VALUE,
  LABEL_VALUE,
  LABELS,
  NAMESPACES,
  of,
  PATH,
  PERCENT,
  PLAIN_HOSTS,
  PORT,
  PROTOCOL,
  PSEUDO_OR_HEADER,
  RANGE,
  REGEX,
  REGEX_REWRITE,
  SUBSET,
  TEXT,
  UNSIGNED,
  WEIGHT,
  WHOLE_HOST,
  WHOLE_PERCENT,
  WILDCARDS,
} from "./vocabulary.ts";

const is = (value: fc.Arbitrary<unknown>): Meaning => ({ value });
const list = (item: fc.Arbitrary<unknown>, least = 1, most = 3): Meaning => ({
  value: fc.array(item, { minLength: least, maxLength: most }),
});
const both = (paths: readonly string[], meaning: Meaning): Meanings => Object.fromEntries(paths.map((path) => [path, meaning]));
const labels: Meaning = { keys: LABELS };

const STRING_MATCH: Meaning = { oneOf: [["exact", "prefix", "regex"]] };
const TEST_TEXT = fc.oneof(PATH, TEXT, HEADER_VALUE).filter((text) => text !== "");

const strings: Meanings = {
  uri: STRING_MATCH,
  "uri.exact": is(PATH),
  "uri.prefix": is(PATH.filter((path) => path !== "")),
  "uri.regex": is(REGEX),
  ...Object.fromEntries(
    ["scheme", "method", "authority", "headers{}", "withoutHeaders{}", "queryParams{}", "allowOrigins[]"].flatMap((name) => [
      [name, STRING_MATCH],
      [`${name}.exact`, is(TEST_TEXT)],
      [`${name}.prefix`, is(TEST_TEXT)],
      [`${name}.regex`, is(REGEX)],
    ]),
  ),
};

const headers: Meanings = {
  "match[].headers": { keys: PSEUDO_OR_HEADER },
  "match[].withoutHeaders": { keys: PSEUDO_OR_HEADER },
  "match[].queryParams": { keys: TEXT },
  set: { keys: PSEUDO_OR_HEADER },
  add: { keys: PSEUDO_OR_HEADER },
  "set{}": is(HEADER_VALUE),
  "add{}": is(HEADER_VALUE),
  "remove[]": is(HEADER_NAME),
  "allowHeaders[]": is(fc.oneof(HEADER_NAME, of("*"))),
  "exposeHeaders[]": is(fc.oneof(HEADER_NAME, of("*"))),
  httpHeaderName: is(HEADER_NAME),
};

const destinations: Meanings = {
  "destination.host": is(WHOLE_HOST),
  "mirror.host": is(WHOLE_HOST),
  "egressProxy.host": is(WHOLE_HOST),
  subset: is(SUBSET),
  "destination.port": { always: ["number"] },
  "destination.port.number": is(PORT),
  "mirror.port": { always: ["number"] },
  "mirror.port.number": is(PORT),
  egressProxy: { always: ["port"] },
  "egressProxy.port": { always: ["number"] },
  "egressProxy.port.number": is(PORT),
  weight: is(WEIGHT),
};

const http: Meanings = {
  "http[]": {
    oneOf: [
      ["route", "redirect", "directResponse", "delegate"],
      ["mirror", "mirrors"],
    ],
    always: ["route", "redirect", "directResponse"],
    mend: mendHttp,
  },
  "match[].port": is(PORT),
  "match[].gateways": list(of("mesh", "g0", "shop/g0", "other/g1", "g1"), 0),
  "match[].sourceLabels": labels,
  "match[].sourceLabels{}": is(LABEL_VALUE),
  "match[].sourceNamespace": is(NAMESPACES),
  redirect: {
    always: ["authority"],
    oneOf: [
      ["port", "derivePort"],
      ["uri", "prefixRewrite"],
    ],
  },
  "redirect.uri": is(PATH),
  "redirect.prefixRewrite": is(PATH.filter((path) => path !== "")),
  "redirect.authority": is(fc.oneof(PLAIN_HOSTS, of("a b", "ü", "host:8080", "%"))),
  "redirect.port": is(PORT),
  "redirect.scheme": is(of("http", "https", "")),
  "redirect.redirectCode": is(of(0, 300, 301, 302, 303, 304, 307, 308, 399)),
  "directResponse.status": is(of(200, 201, 204, 299, 304, 404, 418, 503, 599)),
  "directResponse.body": { oneOf: [["string", "bytes"]] },
  "directResponse.body.string": is(
    fc.oneof(TEXT, of("%START_TIME%", "x".repeat(5000), "x".repeat(1024 * 1024), "ü".repeat(524_288), "y".repeat(1_048_577))),
  ),
  "directResponse.body.bytes": is(of("", "YQ==", "aGVsbG8=", "QUFB".repeat(400), "YQ", "Y Q==", "_-8=", "!!!!")),
  delegate: { always: ["name"] },
  "delegate.name": is(of("d0", "inner")),
  "delegate.namespace": is(NAMESPACES),
  rewrite: { always: ["authority"], oneOf: [["uri", "uriRegexRewrite"]] },
  "rewrite.uri": is(PATH),
  "rewrite.authority": is(fc.oneof(WHOLE_HOST, of("a b", "ü", "host:80", "%REQ(x)%"))),
  uriRegexRewrite: { always: ["match", "rewrite"] },
  "uriRegexRewrite.match": is(REGEX),
  "uriRegexRewrite.rewrite": is(REGEX_REWRITE),
  timeout: is(DURATION_OR_OFF),
  retries: { always: ["attempts"] },
  "retries.attempts": is(of(1, 2, 25, 2_147_483_647)),
  "retries.perTryTimeout": is(DURATION),
  "retries.backoff": is(DURATION),
  "retries.retryOn": is(
    fc.oneof(
      of(
        "5xx",
        "gateway-error",
        "503",
        "5xx,404, connect-failure",
        "retriable-headers",
        "http3-post-connect-failure",
        "100",
        "599",
        "reset-before-request,envoy-ratelimited",
      ),
      of(
        "cancelled,deadline-exceeded,internal,resource-exhausted,unavailable",
        "retriable-status-codes",
        "retriable-4xx,refused-stream",
        "",
      ),
    ),
  ),
  fault: { always: ["delay"] },
  "fault.delay": { always: ["fixedDelay"] },
  "fault.delay.percent": is(WHOLE_PERCENT),
  fixedDelay: is(DURATION),
  exponentialDelay: is(DURATION),
  "percentage.value": is(PERCENT),
  "mirrorPercentage.value": is(PERCENT),
  "fault.abort": { oneOf: [["httpStatus", "grpcStatus", "http2Error"]], always: ["httpStatus", "grpcStatus"] },
  "abort.httpStatus": is(of(200, 404, 418, 500, 599)),
  "abort.grpcStatus": is(of("UNAVAILABLE", "OK", "NOT_FOUND", "UNAUTHENTICATED", "CANCELLED")),
  mirrorPercent: is(WHOLE_PERCENT),
  mirror_percent: is(WHOLE_PERCENT),
  "allowOrigin[]": is(of("*", "https://a.example", "", "ü")),
  "allowMethods[]": is(of("GET", "POST", "*", "OPTIONS")),
  maxAge: is(of("1s", "24h", "0s", "87600h", "2562047h")),
};

const l4: Meanings = {
  sniHosts: list(ANY_HOST),
  "destinationSubnets[]": is(RANGE),
  "tls[]": { always: ["match", "route"], mend: mendRoutes },
  "tcp[]": { always: ["route"], mend: mendRoutes },
};

const policy: Meanings = {
  trafficPolicy: { always: ["connectionPool"] },
  "portLevelSettings[]": { always: ["port"] },
  "portLevelSettings[].port": { always: ["number"] },
  "portLevelSettings[].port.number": is(PORT),
  loadBalancer: { oneOf: [["simple", "consistentHash"]] },
  consistentHash: {
    always: ["useSourceIp"],
    oneOf: [
      ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"],
      ["ringHash", "maglev"],
    ],
  },
  "httpCookie.name": is(
    fc.oneof(
      of("session", "a-b"),
      TEXT.filter((text) => text !== ""),
    ),
  ),
  "httpCookie.path": is(PATH),
  "httpCookie.ttl": is(DURATION_OR_OFF),
  "attributes[]": { always: ["name"] },
  "attributes[].name": is(of("SameSite", "Secure", "Max-Age", "a b", "ü")),
  minimumRingSize: is(of(0, 1, 1024, 4_194_304, 8_388_608, 8_388_609, 2_147_483_647)),
  "maglev.tableSize": is(of(0, 2, 3, 65_537, 5_000_011, 100, 5_000_012, 2_147_483_647)),
  localityLbSetting: { oneOf: [["distribute", "failover", "failoverPriority"]] },
  distribute: {
    value: fc.record({ from: of("us/a/*", "*", "eu/*"), to: of({ "us/a/*": 80, "eu/*": 20 }, { "*": 100 }) }).map((one) => [one]),
  },
  "failover[]": { always: ["from", "to"] },
  "failover[].from": is(of("us", "eu")),
  "failover[].to": is(of("asia", "africa")),
  warmupDurationSecs: is(DURATION),
  "warmup.duration": is(DURATION),
  "warmup.minimumPercent": is(PERCENT),
  "warmup.aggression": is(of(1, 1.5, 10, 1e9)),
  connectionPool: { always: ["tcp", "http"] },
  ...both(["connectionPool.http", "inboundConnectionPool.http"], {
    always: ["http1MaxPendingRequests"],
    mend: (value, kept) =>
      value["h2UpgradePolicy"] === "UPGRADE" ? without(value, kept("useClientProtocol") ? "h2UpgradePolicy" : "useClientProtocol") : value,
  }),
  inboundConnectionPool: { always: ["tcp", "http"] },
  "tcp.maxConnections": is(COUNT),
  "tcp.connectTimeout": is(DURATION),
  "tcp.maxConnectionDuration": is(DURATION),
  "tcp.idleTimeout": is(DURATION_OR_OFF),
  "tcpKeepalive.probes": is(UNSIGNED),
  "tcpKeepalive.time": is(DURATION_OR_OFF),
  "tcpKeepalive.interval": is(DURATION_OR_OFF),
  "http.http1MaxPendingRequests": is(COUNT),
  "http.http2MaxRequests": is(COUNT),
  "http.maxRequestsPerConnection": is(COUNT),
  "http.maxRetries": is(COUNT),
  "http.idleTimeout": is(DURATION_OR_OFF),
  "http.maxConcurrentStreams": is(COUNT),
  http2KeepAlive: { always: ["interval"] },
  "http2KeepAlive.interval": is(DURATION),
  "http2KeepAlive.timeout": is(DURATION),
  "outlierDetection.interval": is(DURATION),
  "outlierDetection.baseEjectionTime": is(DURATION),
  "outlierDetection.maxEjectionPercent": is(WHOLE_PERCENT),
  "outlierDetection.minHealthPercent": is(WHOLE_PERCENT),
  "outlierDetection.consecutive5xxErrors": is(UNSIGNED),
  "outlierDetection.consecutiveGatewayErrors": is(UNSIGNED),
  "outlierDetection.consecutiveLocalOriginFailures": is(UNSIGNED),
  "tunnel.protocol": is(of("CONNECT", "POST", "")),
  "tunnel.targetHost": is(PLAIN_HOSTS),
  "tunnel.targetPort": is(PORT),
  "retryBudget.percent": is(PERCENT),
  "tls.sni": is(fc.oneof(PLAIN_HOSTS, of("ü", "a b", "x".repeat(255), "x".repeat(256), "10.0.0.1", "outbound_.80_._.a.test"))),
  "subjectAltNames[]": is(
    fc.oneof(PLAIN_HOSTS, of("spiffe://cluster.local/ns/shop/sa/default", "*.example.com", "ü", "a b", "x".repeat(1000))),
  ),
};

const entries: Meanings = {
  ServiceEntry: { always: ["ports", "resolution"], mend: mendEntry },
  "ServiceEntry.hosts": list(fc.oneof({ weight: 4, arbitrary: PLAIN_HOSTS }, { weight: 1, arbitrary: WILDCARDS })),
  "ServiceEntry.addresses": list(RANGE),
  "ServiceEntry.resolution": is(of("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "STATIC", "DNS", "DYNAMIC_DNS")),
  "ports[].number": is(PORT),
  "ports[].protocol": is(PROTOCOL),
  "ports[].targetPort": is(PORT),
  "endpoints[].address": is(
    fc.oneof(
      { weight: 3, arbitrary: ADDRESS },
      { weight: 2, arbitrary: PLAIN_HOSTS },
      { weight: 1, arbitrary: of("unix:///tmp/a.sock", "unix://@abstract", `unix:///${"p".repeat(106)}`, `unix:///${"p".repeat(120)}`) },
    ),
  ),
  "endpoints[].ports": { keys: of(...PORT_NAMES.slice(0, 2)) },
  "endpoints[].labels": labels,
  "endpoints[]": { always: ["address"] },
  "ports{}": is(PORT),
  labels: labels,
  "labels{}": is(LABEL_VALUE),
  matchLabels: labels,
  "matchLabels{}": is(LABEL_VALUE),
  locality: is(of("us/a/1", "us", "eu/b", "a/b/c/d", "", "/", "ü/ü", "us//1")),
  "endpoints[].weight": is(UNSIGNED),
  exportTo: is(EXPORT_TO),
  workloadSelector: { always: ["labels", "matchLabels"] },
  "workloadSelector.labels": { value: fc.dictionary(LABELS, of("client", "v1", "orders"), { minKeys: 1, maxKeys: 2 }) },
  "workloadSelector.matchLabels": { value: fc.dictionary(LABELS, of("client", "v1", "orders"), { minKeys: 1, maxKeys: 2 }) },
};

const workloads: Meanings = {
  WorkloadEntry: { always: ["address"] },
  "WorkloadEntry.address": is(fc.oneof({ weight: 3, arbitrary: ADDRESS }, { weight: 1, arbitrary: PLAIN_HOSTS })),
  "WorkloadEntry.ports": { keys: of(...PORT_NAMES) },
  "WorkloadEntry.weight": is(UNSIGNED),
  "template.weight": is(UNSIGNED),
  "template.address": is(ADDRESS),
  "metadata.labels": labels,
  probe: { always: ["tcpSocket", "httpGet", "exec", "grpc"], oneOf: [["tcpSocket", "httpGet", "exec", "grpc"]] },
  "httpGet.port": is(PORT),
  "tcpSocket.port": is(PORT),
  "grpc.port": is(PORT),
  exec: { always: ["command"] },
  "exec.command": list(TEXT),
};

const rules: Meanings = {
  VirtualService: { always: ["hosts", "http"], mend: mendVirtualService },
  "VirtualService.hosts": list(
    fc.oneof(
      { weight: 6, arbitrary: ANY_HOST },
      { weight: 1, arbitrary: ADDRESS },
      { weight: 1, arbitrary: of("*example.com", "outbound_.80_._.orders.shop.svc.cluster.local") },
    ),
  ),
  "VirtualService.gateways": list(of("mesh", "g0", "shop/g0", "other/g1", "g1", "mesh"), 0),
  "VirtualService.exportTo": is(EXPORT_TO.filter((to) => to.length > 0)),
  "DestinationRule.host": is(ANY_HOST),
  DestinationRule: { always: ["trafficPolicy"], mend: mendDestinationRule },
  "subsets[].name": is(SUBSET),
};

const edges: Meanings = {
  Gateway: {
    always: ["servers", "selector"],
    mend: (value) => ({ ...value, servers: once(value["servers"], (server) => (server["port"] as Spec)["name"]) }),
  },
  "servers[]": { mend: mendServer },
  "servers[].port.name": is(fc.oneof(of("http", "https", "http2-a", "ü", "a b"), fc.uuid())),
  "servers[].port.number": is(PORT),
  "servers[].port.protocol": is(
    fc.oneof(
      { weight: 3, arbitrary: of("HTTP", "HTTP2", "http", "GRPC") },
      { weight: 1, arbitrary: of("HTTPS", "TLS", "TCP", "MONGO", "GRPC-WEB", "MYSQL", "REDIS") },
    ),
  ),
  "servers[].bind": is(fc.oneof(ADDRESS, of("unix:///tmp/gw.sock"))),
  "servers[].hosts": list(
    fc.oneof(
      { weight: 3, arbitrary: PLAIN_HOSTS },
      { weight: 1, arbitrary: WILDCARDS },
      { weight: 2, arbitrary: of("*", "*/*", "./*", "shop/*.example.com", "other/api.example.com", "./www.example.com", "10.1.2.3") },
    ),
  ),
  "Gateway.selector": is(of({ istio: "ingressgateway" }, { app: "edge" }, { app: "edge", istio: "ingressgateway" }, { app: "nobody" })),
  Sidecar: { always: ["egress"], mend: mendSidecar },
  "Sidecar.workloadSelector.labels": { value: of({ app: "client" }, { app: "client", version: "v1" }, { app: "other" }) },
  "egress[].port.number": is(PORT),
  "egress[].port.protocol": is(PROTOCOL),
  "egress[].bind": is(ADDRESS),
  "egress[].port": { always: ["number"] },
  "egress[].captureMode": is(of("DEFAULT", "IPTABLES")),
  "egress[].hosts": list(
    fc.oneof(
      { weight: 3, arbitrary: of("*/*", "./*", "shop/*", "other/*", "~/*") },
      { weight: 3, arbitrary: PLAIN_HOSTS.map((host) => `*/${host}`) },
      { weight: 1, arbitrary: WILDCARDS.map((host) => `./${host}`) },
    ),
  ),
  "ingress[].port": { always: ["number", "protocol"] },
  "ingress[].port.number": is(PORT),
  "ingress[].port.protocol": is(PROTOCOL),
  "ingress[]": {
    mend: (value) => {
      const { port, tls } = value as { readonly port: Spec; readonly tls?: Spec };
      return tls === undefined ? value : { ...value, port: { ...port, protocol: "HTTPS" } };
    },
  },
  "ingress[].bind": is(ADDRESS),
  "ingress[].defaultEndpoint": is(of("127.0.0.1:8080", "[::1]:80", "0.0.0.0:9000", "unix:///tmp/app.sock")),
};

/** What the fields of all kinds are filled with. */
export function meaningsWith(files: TlsFiles): Meanings {
  const server = serverTls(files);
  return {
    ...strings,
    ...headers,
    ...destinations,
    ...http,
    ...l4,
    ...policy,
    ...entries,
    ...workloads,
    ...rules,
    ...edges,
    "trafficPolicy.tls": clientTls(files),
    "portLevelSettings[].tls": clientTls(files),
    "servers[].tls": server,
    "ingress[].tls": {
      ...server,
      mend: (value, kept) =>
        server.mend?.(
          {
            ...without(value, "credentialName", "credentialNames", "caCertCredentialName", "httpsRedirect"),
            mode: ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"].includes(String(value["mode"])) ? value["mode"] : "SIMPLE",
          },
          kept,
        ),
    },
    "tls.caCrl": is(of(files.revoked)),
    cipherSuites: list(of("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-SHA")),
    credentialNames: list(of("secret", "secret-2"), 1, 2),
    credentialName: is(of("secret", "kubernetes://secret")),
    "tlsCertificates[]": is(of({ serverCertificate: files.certificate, privateKey: files.key, caCertificates: files.authorities })),
  };
}

/** Fields of the mesh configuration that what is built depends on. */
export const MESH: fc.Arbitrary<object> = fc.record(
  {
    outboundTrafficPolicy: fc.record({ mode: of("ALLOW_ANY", "REGISTRY_ONLY") }),
    connectTimeout: DURATION,
    enableAutoMtls: fc.boolean(),
    rootNamespace: of("istio-system", "other"),
    accessLogFile: of("/dev/stdout", "/dev/stderr", ""),
    accessLogEncoding: of("TEXT", "JSON"),
    accessLogFormat: of(
      "%START_TIME% %REQ(:path)%\n",
      "plain",
      "%UNKNOWN%",
      "100%",
      '{"a":"%PROTOCOL%"}',
      '{"a":{"b":"%RESPONSE_CODE%"},"c":1}',
      "",
      "%REQ(X)",
      "[1]",
      "%DYNAMIC_METADATA(a)%",
    ),
  },
  { requiredKeys: [] },
);
