import { describe, expect, it } from "vitest";
import { type Case, findings } from "./verdict.ts";

function policy(trafficPolicy: object): object {
  return { host: "a", trafficPolicy };
}

const at = "spec.trafficPolicy";

const DESTINATION_RULES: readonly Case[] = [
  ["whole", { ...policy({ tls: { mode: "ISTIO_MUTUAL" } }), subsets: [{ name: "v1", labels: { version: "v1" } }] }, []],
  ["bad host", { host: "a b" }, ["FL0202 spec.host"]],
  ["empty policy", policy({}), [`FL0218 ${at}`]],
  ["empty pool", policy({ connectionPool: {} }), [`FL0218 ${at}.connectionPool`]],
  ["negative limit", policy({ connectionPool: { tcp: { maxConnections: -1 } } }), [`FL0219 ${at}.connectionPool.tcp.maxConnections`]],
  [
    "keep-alive without interval",
    policy({ connectionPool: { http: { http2KeepAlive: {} } } }),
    [`FL0515 ${at}.connectionPool.http.http2KeepAlive.interval`],
  ],
  ["percent of 101", policy({ outlierDetection: { maxEjectionPercent: 101 } }), [`FL0213 ${at}.outlierDetection.maxEjectionPercent`]],
  ["interval of 0", policy({ outlierDetection: { interval: "0s" } }), [`FL0211 ${at}.outlierDetection.interval`]],
  [
    "two ways to balance",
    policy({ loadBalancer: { simple: "RANDOM", consistentHash: { useSourceIp: true } } }),
    [`FL0220 ${at}.loadBalancer`],
  ],
  [
    "two keys to hash",
    policy({ loadBalancer: { consistentHash: { useSourceIp: true, httpHeaderName: "a" } } }),
    [`FL0220 ${at}.loadBalancer.consistentHash`],
  ],
  [
    "Maglev without a size",
    policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: {} } } }),
    [`FL0103 ${at}.loadBalancer.consistentHash.maglev.tableSize`],
  ],
  [
    "Maglev of size 0",
    policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 0 } } } }),
    [`FL0518 ${at}.loadBalancer.consistentHash.maglev.tableSize`],
  ],
  ["Maglev of a prime size", policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 65537 } } } }), []],
  [
    "a cookie whose parts have line breaks",
    policy({ loadBalancer: { consistentHash: { httpCookie: { name: "a\nb", path: "/\r", attributes: [{ name: "a", value: "\0" }] } } } }),
    ["name", "path", "attributes[0].value"].map((field) => `FL0440 ${at}.loadBalancer.consistentHash.httpCookie.${field}`),
  ],
  [
    "a cookie with an attribute of more than 16 kB",
    policy({ loadBalancer: { consistentHash: { httpCookie: { name: "a", attributes: [{ name: "a", value: "v".repeat(16_385) }] } } } }),
    [`FL1408 ${at}.loadBalancer.consistentHash.httpCookie.attributes[0].value`],
  ],
  ["nothing to hash", policy({ loadBalancer: { consistentHash: {} } }), [`FL0510 ${at}.loadBalancer.consistentHash?`]],
  [
    "shares of 90",
    policy({ loadBalancer: { localityLbSetting: { distribute: [{ from: "a/*", to: { "a/*": 50, "b/*": 40 } }] } } }),
    [`FL0511 ${at}.loadBalancer.localityLbSetting.distribute[0].to`],
  ],
  [
    "failover to itself",
    policy({ loadBalancer: { localityLbSetting: { failover: [{ from: "a", to: "a" }] } } }),
    [`FL0512 ${at}.loadBalancer.localityLbSetting.failover[0]`, `FL0522 ${at}.loadBalancer.localityLbSetting?`],
  ],
  ["MUTUAL without key", policy({ tls: { mode: "MUTUAL", clientCertificate: "/c" } }), [`FL0503 ${at}.tls.privateKey`]],
  ["ISTIO_MUTUAL with files", policy({ tls: { mode: "ISTIO_MUTUAL", caCertificates: "/c" } }), [`FL0516 ${at}.tls.caCertificates?`]],
  ["files and Secret", policy({ tls: { mode: "SIMPLE", credentialName: "s", caCertificates: "/c" } }), [`FL0505 ${at}.tls.caCertificates`]],
  [
    "check and no check",
    policy({ tls: { mode: "SIMPLE", insecureSkipVerify: true, subjectAltNames: ["a"] } }),
    [`FL0506 ${at}.tls.subjectAltNames`],
  ],
  ["port without number", policy({ portLevelSettings: [{ tls: { mode: "SIMPLE" } }] }), [`FL0508 ${at}.portLevelSettings[0].port`]],
  ["exported to a namespace in upper case", { host: "a", exportTo: ["NS"] }, ["FL0232 spec.exportTo[0]?"]],
  ["exported to what is no namespace", { host: "a", exportTo: ["a_b"] }, ["FL0214 spec.exportTo[0]"]],
  ["subset that no pod has", { host: "a", subsets: [{ name: "v1", labels: { app: "a b" } }] }, ["FL0209 spec.subsets[0].labels.app"]],
  ["subset twice", { host: "a", subsets: [{ name: "v1" }, { name: "v1" }] }, ["FL0222 spec.subsets[1].name"]],
  ["subset without name", { host: "a", subsets: [{ name: "" }] }, ["FL0501 spec.subsets[0].name"]],
  ["selector for all", { host: "a", workloadSelector: { matchLabels: { app: "a" } }, exportTo: ["*"] }, ["FL0514 spec.exportTo"]],
  [
    "selector with a wildcard",
    { host: "a", workloadSelector: { matchLabels: { app: "*" } } },
    ["FL0226 spec.workloadSelector.matchLabels.app"],
  ],
];

const selector = { istio: "ingressgateway" };
const port = { number: 80, name: "http", protocol: "HTTP" };
const https = { number: 443, name: "https", protocol: "HTTPS" };

function server(fields: object): object {
  return { selector, servers: [{ port, hosts: ["*"], ...fields }] };
}

const own = { mode: "SIMPLE", credentialName: "s" };

function servers(...list: readonly object[]): object {
  return { selector, servers: list.map((fields) => ({ port, hosts: ["a.example.com"], ...fields })) };
}

const GATEWAYS: readonly Case[] = [
  ["HTTP", server({}), []],
  ["HTTPS by Secret", server({ port: https, tls: { mode: "SIMPLE", credentialName: "s" } }), []],
  ["no servers", { selector }, ["FL0601 spec.servers"]],
  ["no selector", { servers: [{ port, hosts: ["*"] }] }, ["FL0602 spec.selector?"]],
  ["no hosts", server({ hosts: [] }), ["FL0603 spec.servers[0].hosts"]],
  ["short host", server({ hosts: ["a"] }), ["FL0203 spec.servers[0].hosts[0]"]],
  ["namespace that is none", server({ hosts: ["a_b/a.b"] }), ["FL0604 spec.servers[0].hosts[0]"]],
  ["namespace in upper case", server({ hosts: ["A/a.b"] }), ["FL0232 spec.servers[0].hosts[0]?"]],
  ["selector that no pod has", { selector: { app: "*" }, servers: [{ port, hosts: ["*"] }] }, ["FL0233 spec.selector.app?"]],
  ["protocol of a tunnel", server({ port: { ...port, protocol: "HBONE" } }), []],
  ["wildcard inside a label", server({ hosts: ["*a.b"] }), ["FL0612 spec.servers[0].hosts[0]"]],
  ["unknown protocol", server({ port: { ...port, protocol: "X" } }), ["FL0207 spec.servers[0].port.protocol"]],
  [
    "port name twice",
    {
      selector,
      servers: [
        { port, hosts: ["*"] },
        { port: { ...port, number: 81 }, hosts: ["*"] },
      ],
    },
    ["FL0222 spec.servers[1].port.name"],
  ],
  ...["HTTP", "TCP", "http_proxy"].map(
    (protocol): Case => [
      `${protocol} beside HTTPS on one port`,
      servers({ port: https, tls: own }, { port: { ...https, name: "b", protocol }, hosts: ["b.example.com"] }),
      ["FL0619 spec.servers[1].port.protocol"],
    ],
  ),
  ["HTTP and gRPC on one port", servers({}, { port: { ...port, name: "b", protocol: "GRPC" }, hosts: ["b.example.com"] }), []],
  [
    "TLS that ends beside TLS that is passed on",
    servers(
      { port: https, tls: own },
      { port: { ...https, name: "b", protocol: "TLS" }, tls: { mode: "PASSTHROUGH" }, hosts: ["b.example.com"] },
    ),
    [],
  ],
  [
    "two protocols at two addresses",
    servers({ bind: "10.0.0.1" }, { port: { ...port, name: "b", protocol: "TCP" }, bind: "10.0.0.2" }),
    [],
  ],
  [
    "a host twice on one port",
    servers({ hosts: ["a.example.com", "*/A.example.com"] }, { port: { ...port, name: "b" }, hosts: ["b.example.com", "a.example.com"] }),
    ["FL0620 spec.servers[0].hosts[1]?", "FL0620 spec.servers[1].hosts[1]?"],
  ],
  [
    "a host on two ports, and under a wildcard, and for two namespaces",
    servers(
      { hosts: ["a.example.com", "*.example.com", "x/b.example.com", "y/b.example.com"] },
      { port: { ...port, number: 81, name: "b" }, hosts: ["a.example.com"] },
    ),
    [],
  ],
  ["TLS missing", server({ port: https }), ["FL0606 spec.servers[0].tls"]],
  ["TLS on HTTP", server({ tls: { mode: "SIMPLE", credentialName: "s" } }), ["FL0605 spec.servers[0].tls"]],
  ["redirect on HTTP", server({ tls: { httpsRedirect: true } }), []],
  [
    "certificate without key",
    server({ port: https, tls: { mode: "SIMPLE", serverCertificate: "/c" } }),
    ["FL0607 spec.servers[0].tls.privateKey"],
  ],
  [
    "two certificates",
    server({ port: https, tls: { mode: "SIMPLE", credentialName: "s", serverCertificate: "/c", privateKey: "/k" } }),
    ["FL0608 spec.servers[0].tls"],
  ],
  ["bad bind", server({ bind: "a" }), ["FL0204 spec.servers[0].bind"]],
  ["socket with a port", server({ bind: "unix:///a" }), ["FL0611 spec.servers[0].port.number"]],
  [
    "host twice on one socket, whatever the ports",
    {
      selector,
      servers: [
        { port: { ...port, number: 0 }, bind: "unix:///a", hosts: ["a.com"] },
        { port: { ...port, name: "other", number: 1 }, bind: "unix:///a", hosts: ["a.com"] },
      ],
    },
    ["FL0611 spec.servers[1].port.number", "FL0620 spec.servers[1].hosts[0]?"],
  ],
];

const egress = [{ hosts: ["./*"] }];

const SIDECARS: readonly Case[] = [
  ["egress", { egress }, []],
  ["empty", {}, ["FL0701 spec"]],
  ["host without namespace", { egress: [{ hosts: ["a.b"] }] }, ["FL0702 spec.egress[0].hosts[0]"]],
  ["short host", { egress: [{ hosts: ["./a"] }] }, ["FL0203 spec.egress[0].hosts[0]"]],
  ["namespace that is none", { egress: [{ hosts: ["a_b/a.b"] }] }, ["FL0604 spec.egress[0].hosts[0]"]],
  ["namespace in upper case", { egress: [{ hosts: ["NS/a.b"] }] }, ["FL0232 spec.egress[0].hosts[0]?"]],
  ["selector with a wildcard", { egress, workloadSelector: { labels: { app: "*" } } }, ["FL0226 spec.workloadSelector.labels.app"]],
  ["selector without a name", { egress, workloadSelector: { labels: { "": "a" } } }, ['FL0209 spec.workloadSelector.labels[""]']],
  ["selector that no pod has", { egress, workloadSelector: { labels: { app: "a b" } } }, ["FL0233 spec.workloadSelector.labels.app?"]],
  ["no hosts", { egress: [{ hosts: [] }] }, ["FL0703 spec.egress[0].hosts"]],
  ["covered", { egress: [{ hosts: ["*/*", "ns/a.b"] }] }, ["FL0710 spec.egress[0].hosts[1]?"]],
  [
    "all ports twice, and first",
    { egress: [{ hosts: ["./*"] }, { port: { number: 80 }, hosts: ["./*"] }, { hosts: ["*/a.b"] }] },
    ["FL0704 spec.egress[0]", "FL0715 spec.egress[2]"],
  ],
  ["all ports first", { egress: [...egress, { port: { number: 80 }, hosts: ["./*"] }] }, ["FL0704 spec.egress[0]"]],
  ["bind without port", { egress: [{ bind: "10.0.0.1", hosts: ["./*"] }] }, ["FL0705 spec.egress[0].bind?"]],
  ["no capture and no bind: on loopback", { egress: [{ captureMode: "NONE", port: { number: 80 }, hosts: ["./*"] }] }, []],
  ["port twice", { egress: [80, 80].map((number) => ({ port: { number }, hosts: ["./*"] })) }, ["FL0222 spec.egress[1].port.number"]],
  [
    "egress proxy without port",
    { outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: { host: "a.b" } } },
    ["FL0508 spec.outboundTrafficPolicy.egressProxy.port"],
  ],
  ["endpoint elsewhere", { ingress: [{ port, defaultEndpoint: "10.0.0.1:80" }] }, ["FL0708 spec.ingress[0].defaultEndpoint"]],
  [
    "ingress TLS by Secret",
    { ingress: [{ port: https, tls: { mode: "SIMPLE", credentialName: "s" } }] },
    ["FL0709 spec.ingress[0].tls.credentialName"],
  ],
  [
    "ingress TLS by a list of certificates",
    { ingress: [{ port: https, tls: { mode: "SIMPLE", tlsCertificates: [{ serverCertificate: "/c", privateKey: "/k" }] } }] },
    ["FL0709 spec.ingress[0].tls.tlsCertificates"],
  ],
  [
    "ingress TLS on a port without protocol",
    { ingress: [{ port: { number: 443 }, tls: { mode: "SIMPLE", serverCertificate: "/c", privateKey: "/k" } }] },
    ["FL0714 spec.ingress[0].tls"],
  ],
  ["ingress TLS by files", { ingress: [{ port: https, tls: { mode: "SIMPLE", serverCertificate: "/c", privateKey: "/k" } }] }, []],
];

const tls = { mode: "SIMPLE" };
const portPolicies = (...numbers: readonly number[]) => ({ portLevelSettings: numbers.map((number) => ({ port: { number }, tls })) });

const PORT_POLICIES: readonly Case[] = [
  ["policies for two ports", { host: "a", trafficPolicy: portPolicies(80, 443) }, []],
  [
    "policies for one port",
    { host: "a", trafficPolicy: portPolicies(80, 443, 80) },
    ["FL0525 spec.trafficPolicy.portLevelSettings[2].port.number?"],
  ],
  [
    "policies for one port, one of them of a subset",
    { host: "a", trafficPolicy: portPolicies(80), subsets: [{ name: "v1", trafficPolicy: portPolicies(80) }] },
    [],
  ],
];

describe("DestinationRule", () => {
  it.each(PORT_POLICIES)("%s", (_, spec, found) => expect(findings("DestinationRule", spec)).toEqual(found));

  it.each(DESTINATION_RULES)("%s", (_, spec, found) => expect(findings("DestinationRule", spec)).toEqual(found));
});

describe("Gateway", () => {
  it.each(GATEWAYS)("%s", (_, spec, found) => expect(findings("Gateway", spec)).toEqual(found));
});

describe("Sidecar", () => {
  it.each(SIDECARS)("%s", (_, spec, found) => expect(findings("Sidecar", spec)).toEqual(found));
});
