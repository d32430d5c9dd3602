import fc from "fast-check";
import { entries, workloads } from "./entry-meanings.ts";
import { is, list } from "./given-values.ts";
import { mendDestinationRule, mendPeerAuthentication, mendServer, mendSidecar, mendVirtualService, once, type Spec } from "./mended.ts";
import { policy } from "./policy-meanings.ts";
import { destinations, headers, http, l4, strings } from "./route-meanings.ts";
import type { Meanings } from "./shaped.ts";
import { clientTls, serverTls, sidecarTls, type TlsFiles } from "./tls-meanings.ts";
import { ADDRESS, ANY_HOST, EXPORT_TO, of, PLAIN_HOSTS, PORT, PORT_NAME, PROTOCOL, SUBSET, seldom, WILDCARDS } from "./vocabulary.ts";

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
  PeerAuthentication: { mend: mendPeerAuthentication },
  portLevelMtls: { keys: seldom(PORT.map(String), of("0", "65536", "http")) },
  "DestinationRule.host": is(ANY_HOST),
  DestinationRule: { always: ["trafficPolicy"], mend: mendDestinationRule },
  "subsets[].name": is(SUBSET),
};

const edges: Meanings = {
  "servers[].port": { refused: ["targetPort"] },
  Gateway: {
    always: ["servers", "selector"],
    mend: (value) => ({ ...value, servers: once(value["servers"], (server) => (server["port"] as Spec)["name"]) }),
  },
  "servers[]": { mend: mendServer },
  "servers[].port.name": is(fc.oneof(of("http", "https", "http2-a", "ü", "a b"), fc.uuid())),
  "ingress[].port.name": is(PORT_NAME),
  "egress[].port.name": is(PORT_NAME),
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
  "egress[].port": { always: ["number"], refused: ["targetPort"] },
  "egress[].captureMode": is(of("DEFAULT", "IPTABLES")),
  "egress[].hosts": list(
    fc.oneof(
      { weight: 3, arbitrary: of("*/*", "./*", "shop/*", "other/*", "~/*") },
      { weight: 3, arbitrary: PLAIN_HOSTS.map((host) => `*/${host}`) },
      { weight: 1, arbitrary: WILDCARDS.map((host) => `./${host}`) },
    ),
  ),
  "ingress[].port": { always: ["number", "protocol"], refused: ["targetPort"] },
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
    "ingress[].tls": sidecarTls(files),
    "tls.caCrl": is(of(files.revoked)),
    cipherSuites: list(of("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-SHA")),
    credentialNames: list(of("secret", "secret-2"), 1, 2),
    credentialName: is(of("secret", "kubernetes://secret")),
    "tlsCertificates[]": is(of({ serverCertificate: files.certificate, privateKey: files.key, caCertificates: files.authorities })),
  };
}
