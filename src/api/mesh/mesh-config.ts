import { AnyObject } from "../dialect/any-object.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Whole } from "../dialect/whole.ts";
import { DestinationSchema } from "../networking/destination.ts";
import { HttpRetrySchema } from "../networking/http-action.ts";
import { LocalitySchema } from "../networking/load-balancer.ts";
import { ProxyConfigSchema } from "./proxy-config.ts";

const Namespaces = (what: string) =>
  ListOf(`Namespaces that see ${what} without an exportTo of its own: names, \`.\`, \`*\` or \`~\`; default all.`, Text("Namespace."));

const LabelSelectorSchema = Fields("A selector of labels, as Kubernetes writes it.", {
  matchLabels: MapOf("Labels, each with exactly this value.", Text("Value of the label.")),
  matchExpressions: ListOf(
    "Conditions on labels.",
    Fields(
      "One condition.",
      {
        key: Text("Label."),
        operator: StringEnum("How.", ["In", "NotIn", "Exists", "DoesNotExist"]),
        values: ListOf("Values.", Text("Value.")),
      },
      { required: ["key", "operator"] },
    ),
  ),
});

export type LabelSelector = TypeOf<typeof LabelSelectorSchema>;

const outbound = {
  outboundTrafficPolicy: Fields("What happens to calls to unknown destinations.", {
    mode: StringEnum(
      "REGISTRY_ONLY refuses them, ALLOW_ANY lets them through; default ALLOW_ANY.",
      ["REGISTRY_ONLY", "ALLOW_ANY", "ALLOW_ANY_DYNAMIC_DNS"],
      {
        ALLOW_ANY_DYNAMIC_DNS: 3,
      },
    ),
    egressProxy: DestinationSchema,
  }),
  inboundTrafficPolicy: Fields("How traffic to a pod's ports is passed on.", {
    mode: StringEnum("PASSTHROUGH keeps the address, LOCALHOST goes to 127.0.0.1; default PASSTHROUGH.", ["PASSTHROUGH", "LOCALHOST"]),
  }),
  connectTimeout: Duration("Time a connection may take to be made; default 10s."),
  tcpKeepalive: AnyObject("TCP keep-alive of all connections to services."),
  h2UpgradePolicy: StringEnum("Whether HTTP/1.1 is sent on as HTTP/2; default DO_NOT_UPGRADE.", ["DO_NOT_UPGRADE", "UPGRADE"]),
  protocolDetectionTimeout: Duration(
    "Time a caller gets to send its first bytes before they count as TCP; 0s, the default, waits without limit.",
  ),
  enableAutoMtls: Flag("Use mesh TLS where both ends have it; default true."),
  localityLbSetting: LocalitySchema,
  defaultHttpRetryPolicy: HttpRetrySchema,
  dnsRefreshRate: Duration("Time after which names are resolved again; default 60s."),
  verifyCertificateAtClient: Flag("No longer used."),
};

const visibility = {
  rootNamespace: Text("Namespace whose settings are for all; default istio-system."),
  defaultServiceExportTo: Namespaces("a service"),
  defaultVirtualServiceExportTo: Namespaces("a VirtualService"),
  defaultDestinationRuleExportTo: Namespaces("a DestinationRule"),
  discoverySelectors: ListOf("Namespaces that count; default all.", LabelSelectorSchema),
  serviceSettings: ListOf("Settings of some services.", AnyObject("One setting.")),
  serviceScopeConfigs: ListOf("Scope of some services.", AnyObject("One setting.")),
};

const identity = {
  trustDomain: Text("Trust domain of the identities; default cluster.local."),
  trustDomainAliases: ListOf("Other trust domains that are taken for it.", Text("Trust domain.")),
  certificates: ListOf("No longer used.", AnyObject("One certificate.")),
  caCertificates: ListOf("Authorities to trust beside the mesh's own.", AnyObject("One authority.")),
  ca: AnyObject("An authority outside the control plane."),
  meshMTLS: AnyObject("Limits of TLS inside the mesh."),
  tlsDefaults: AnyObject("Limits of TLS to the outside."),
};

const logging = {
  accessLogFile: Text("File that access logs go to, as /dev/stdout; empty, the default, writes none."),
  accessLogFormat: Text("Form of a line, with Envoy's %COMMANDS%; default Istio's usual one."),
  accessLogEncoding: StringEnum("Whether a line is text or JSON; default TEXT.", ["TEXT", "JSON"]),
  enableEnvoyAccessLogService: Flag("Send access logs to the service of the proxy settings; default false."),
  disableEnvoyListenerLog: Flag("Write no access log for connections that no rule took; default false."),
  enableTracing: Flag("Make spans; default true."),
  extensionProviders: ListOf("Services for logs, spans and authorisation.", AnyObject("One service.")),
  defaultProviders: AnyObject("Which of those are used without being named."),
  enablePrometheusMerge: Flag("Serve the application's metrics with the sidecar's; default true."),
};

const entry = {
  proxyListenPort: Whole("Port that outbound traffic is redirected to; default 15001."),
  proxyInboundListenPort: Whole("Port that inbound traffic is redirected to; default 15006."),
  proxyHttpPort: Whole("Port for callers that know an HTTP proxy; default none."),
  ingressClass: Text("Class of the Ingresses that count; default istio."),
  ingressService: Text("Service of the ingress gateway; default istio-ingressgateway."),
  ingressControllerMode: StringEnum("Which Ingresses count; default STRICT.", ["UNSPECIFIED", "OFF", "DEFAULT", "STRICT"]),
  ingressSelector: Text("Value of the label istio of the ingress gateway; default ingressgateway."),
  pathNormalization: Fields("How paths are brought into one form.", {
    normalization: StringEnum("Default BASE.", ["DEFAULT", "NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"]),
  }),
  configSources: ListOf("No longer used.", AnyObject("One source.")),
  defaultConfig: ProxyConfigSchema,
};

/** The mesh configuration, as ConfigMap `istio` carries it under the key `mesh`. */
export const MeshConfigSchema = Fields("Settings of the whole mesh.", { ...outbound, ...visibility, ...identity, ...logging, ...entry });

export type MeshConfig = TypeOf<typeof MeshConfigSchema>;
