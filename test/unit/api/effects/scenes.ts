import type { OwnKind } from "../../../../src/api/kinds.ts";
import { DESTINATION_RULE_SCENES } from "./destination-rule-scenes.ts";
import type { Scene } from "./scene.ts";
import { VIRTUAL_SERVICE_SCENES } from "./virtual-service-scenes.ts";
import { HTTP } from "./world.ts";

const PROTOCOLS = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTPS", "TLS", "TCP", "MONGO", "MYSQL", "REDIS"];
const ENDPOINT = { address: "192.0.2.7", labels: { app: "machine" } };

const ENTRY = { hosts: ["new.example.com"], ports: [{ ...HTTP, targetPort: 8080 }], resolution: "STATIC", endpoints: [ENDPOINT] };

const LISTENER = { ...HTTP, number: 8080 };
const gateway = (server: object, istio = "gateway") => ({ selector: { istio }, servers: [{ ...server, hosts: ["other.example.com"] }] });

export const SCENES: { readonly [K in OwnKind]: readonly Scene[] } = {
  VirtualService: VIRTUAL_SERVICE_SCENES,
  DestinationRule: DESTINATION_RULE_SCENES,
  ServiceEntry: [
    {
      under: "",
      spec: ENTRY,
      values: { "hosts[]": ["newer.example.com"], "exportTo[]": ["other"], number: [8083], "ports[].protocol": ["TCP", "HTTP2"] },
    },
    {
      under: "addresses",
      spec: { ...ENTRY, ports: [{ number: 9300, name: "tcp", protocol: "TCP" }] },
      values: { "addresses[]": ["203.0.113.7"] },
    },
    { under: "resolution", spec: { hosts: ["new.example.com"], ports: [HTTP] } },
    { under: "resolution", spec: { hosts: ["*.new.example.com"], ports: [HTTP] } },
    { under: "resolution", spec: ENTRY },
    {
      under: "ports[].name",
      spec: { hosts: ["new.example.com"], ports: [HTTP], resolution: "STATIC", workloadSelector: { labels: { app: "machine" } } },
    },
    { under: "endpoints[].ports", spec: { ...ENTRY, endpoints: [{ ...ENDPOINT, ports: { http: 8081 } }] }, values: { "ports{}": [8082] } },
    { under: "endpoints[]", spec: ENTRY, values: { address: ["192.0.2.8"], network: ["a", "b"], serviceAccount: ["a", "b"] } },
    {
      under: "workloadSelector",
      spec: { hosts: ["new.example.com"], ports: [HTTP], resolution: "STATIC", workloadSelector: { labels: { app: "web" } } },
      values: { "labels{}": ["machine"] },
    },
    {
      under: "subjectAltNames",
      spec: { ...ENTRY, location: "MESH_INTERNAL", hosts: ["new.example.com"] },
    },
  ],
  Gateway: [
    {
      under: "",
      spec: gateway({ port: LISTENER }),
      values: {
        "selector{}": ["another"],
        "port.number": [9100],
        "hosts[]": ["another.example.com"],
        "servers[].bind": ["10.0.0.8", "10.0.0.9"],
      },
    },
    ...[{ port: LISTENER }, { port: { ...LISTENER, protocol: "TLS" }, tls: { mode: "PASSTHROUGH" } }].map((server) => ({
      under: "servers[].port.protocol",
      spec: gateway(server),
      // A server that is not built is left out, as one of another gateway is.
      asUnbuilt: gateway({ port: LISTENER }, "another"),
      values: { protocol: PROTOCOLS },
    })),
  ],
  Sidecar: [
    {
      under: "",
      spec: { egress: [{ hosts: ["./api.example.com"] }] },
      values: { "labels{}": ["machine"], "egress[].hosts[]": ["./other.example.com"], "port.number": [8083] },
    },
    {
      under: "egress[].port",
      spec: { egress: [{ port: HTTP, hosts: ["./api.example.com"] }, { hosts: ["./other.example.com"] }] },
      values: { "port.number": [8083], protocol: PROTOCOLS },
    },
    { under: "outboundTrafficPolicy.mode", spec: { egress: [{ hosts: ["./api.example.com"] }] } },
    {
      under: "outboundTrafficPolicy.egressProxy",
      spec: { outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: { host: "api.example.com", port: { number: 80 } } } },
      values: { host: ["api.example.com", "other.example.com"] },
    },
    { under: "ingress", spec: { ingress: [{ port: { number: 8080, name: "http", protocol: "HTTP" } }] } },
  ],
  WorkloadEntry: [
    {
      under: "",
      spec: { address: "192.0.2.9", labels: { app: "machine" } },
      values: { address: ["192.0.2.10"], "labels{}": ["another"], "ports{}": [8082], network: ["a", "b"] },
    },
    { under: "ports", spec: { address: "192.0.2.9", labels: { app: "machine" }, ports: { http: 8081 } } },
  ],
  WorkloadGroup: [{ under: "", spec: { template: {} } }],
  PeerAuthentication: [
    { under: "", spec: { selector: { matchLabels: { app: "web" } }, mtls: {} } },
    { under: "portLevelMtls", spec: { selector: { matchLabels: { app: "web" } }, portLevelMtls: { "8080": { mode: "PERMISSIVE" } } } },
  ],
};
