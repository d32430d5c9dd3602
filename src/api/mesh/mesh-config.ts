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
import { ConnectionPoolSchema } from "../networking/connection-pool.ts";
import { DestinationSchema } from "../networking/destination.ts";
import { HttpRetrySchema } from "../networking/http-action.ts";
import { LocalitySchema } from "../networking/load-balancer.ts";
import { ClientTlsSchema } from "../networking/tls-settings.ts";
import { OutlierDetectionSchema } from "../networking/traffic-policy.ts";
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
        key: Text("Label that is looked at."),
        operator: StringEnum("Comparison of its value.", ["In", "NotIn", "Exists", "DoesNotExist"]),
        values: ListOf("Values it is compared with; none for Exists and DoesNotExist.", Text("Value.")),
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
    tls: ClientTlsSchema,
  }),
  inboundTrafficPolicy: Fields("How traffic to a pod's ports is passed on.", {
    mode: StringEnum("PASSTHROUGH keeps the address, LOCALHOST goes to 127.0.0.1; default PASSTHROUGH.", ["PASSTHROUGH", "LOCALHOST"]),
  }),
  connectTimeout: Duration("Time a connection may take to be made; default 10s."),
  hboneIdleTimeout: Duration("Idle time after which a tunnel to another node's proxy is closed; default 1h."),
  tcpKeepalive: AnyObject("TCP keep-alive of all connections to services."),
  h2UpgradePolicy: StringEnum("Whether HTTP/1.1 is sent on as HTTP/2; default DO_NOT_UPGRADE.", ["DO_NOT_UPGRADE", "UPGRADE"]),
  protocolDetectionTimeout: Duration(
    "Time a caller gets to send its first bytes before they count as TCP; 0s, the default, waits without limit.",
  ),
  enableAutoMtls: Flag("Use mesh TLS where both ends have it; default true."),
  localityLbSetting: LocalitySchema,
  defaultHttpRetryPolicy: HttpRetrySchema,
  defaultInboundHttpRetryPolicy: HttpRetrySchema,
  defaultTrafficPolicy: Fields("Policies of services whose DestinationRule has none of its own.", {
    connectionPool: ConnectionPoolSchema,
    outlierDetection: OutlierDetectionSchema,
  }),
  dnsRefreshRate: Duration("Time after which names are resolved again; default 60s."),
  verifyCertificateAtClient: Flag("No longer used."),
};

const VisibilitySchema = (which: string) =>
  StringEnum(`Who sees a ServiceEntry ${which}; default PUBLIC.`, ["VISIBILITY_UNSPECIFIED", "NONE", "NAMESPACE", "PUBLIC"]);

const visibility = {
  rootNamespace: Text("Namespace whose settings are for all; default istio-system."),
  defaultServiceExportTo: Namespaces("a service"),
  defaultVirtualServiceExportTo: Namespaces("a VirtualService"),
  defaultDestinationRuleExportTo: Namespaces("a DestinationRule"),
  discoverySelectors: ListOf("Namespaces that count; default all.", LabelSelectorSchema),
  serviceSettings: ListOf(
    "Settings of some services.",
    Fields("Settings and the services they are for.", {
      settings: Fields("What holds for these services.", {
        clusterLocal: Flag("Whether traffic stays in the caller's cluster; default false."),
      }),
      hosts: ListOf("Hosts of the services, `*.` and a domain for many.", Text("Host.")),
    }),
  ),
  serviceScopeConfigs: ListOf(
    "How far services of several clusters are known.",
    Fields("One scope and the services it is for.", {
      namespaceSelector: LabelSelectorSchema,
      servicesSelector: LabelSelectorSchema,
      scope: StringEnum("LOCAL is the cluster alone, GLOBAL the mesh; default LOCAL.", ["LOCAL", "GLOBAL"]),
    }),
  ),
  serviceEntryVisibility: Fields("Who sees a ServiceEntry, whatever its exportTo says.", {
    defaultVisibility: VisibilitySchema("that no policy matches"),
    applyToSidecars: Flag("Whether sidecars keep to this too; default false."),
    policies: ListOf(
      "Policies, the first that matches counts.",
      Fields("Who sees some of them.", {
        visibility: VisibilitySchema("that all rules match"),
        matchingRules: ListOf("Rules that must all match.", Fields("One rule.", { namespaceSelector: LabelSelectorSchema })),
      }),
    ),
  }),
};

const TlsLimitsSchema = (what: string) =>
  Fields(what, {
    minProtocolVersion: StringEnum("Lowest TLS version; default TLSV1_2.", ["TLS_AUTO", "TLSV1_2", "TLSV1_3"]),
    ecdhCurves: ListOf("Curves for the key exchange; default the proxy's.", Text("Curve, as P-256.")),
    cipherSuites: ListOf("Cipher suites up to TLS 1.2; default the proxy's.", Text("Cipher suite.")),
  });

const identity = {
  trustDomain: Text("Trust domain of the identities; default cluster.local."),
  trustDomainAliases: ListOf("Other trust domains that are taken for it.", Text("Trust domain.")),
  certificates: ListOf("No longer used.", AnyObject("One certificate.")),
  caCertificates: ListOf(
    "Authorities to trust beside the mesh's own.",
    Fields("One authority.", {
      pem: Text("Its certificate, as PEM."),
      spiffeBundleUrl: Text("Address that its certificates are fetched from."),
      certSigners: ListOf("Signers of Kubernetes it is for; default all.", Text("Signer.")),
      trustDomains: ListOf("Trust domains it is for; default all.", Text("Trust domain.")),
    }),
  ),
  ca: Fields("An authority outside the control plane.", {
    address: Text("Host and port."),
    tlsSettings: ClientTlsSchema,
    requestTimeout: Duration("Time an answer may take; default 10s."),
    istiodSide: Flag("Whether the control plane asks it, and not the agent; default true."),
  }),
  meshMTLS: TlsLimitsSchema("Limits of TLS inside the mesh."),
  tlsDefaults: TlsLimitsSchema("Limits of TLS to the outside."),
};

const logging = {
  accessLogFile: Text("File that access logs go to, as /dev/stdout; empty, the default, writes none."),
  accessLogFormat: Text("Form of a line, with Envoy's %COMMANDS%; default Istio's usual one."),
  accessLogEncoding: StringEnum("Whether a line is text or JSON; default TEXT.", ["TEXT", "JSON"]),
  enableEnvoyAccessLogService: Flag("Send access logs to the service of the proxy settings; default false."),
  disableEnvoyListenerLog: Flag("Write no access log for connections that no rule took; default false."),
  enableTracing: Flag("Make spans; default true."),
  extensionProviders: ListOf("Services for logs, spans and authorisation.", AnyObject("One service.")),
  defaultProviders: Fields("Which of those are used without being named.", {
    tracing: ListOf("For spans.", Text("Name of a service.")),
    metrics: ListOf("For metrics.", Text("Name of a service.")),
    accessLogging: ListOf("For access logs.", Text("Name of a service.")),
  }),
  inboundClusterStatName: Text(
    "Form of the names of statistics of inbound traffic, with %SERVICE% and the like; default Istio's usual one.",
  ),
  outboundClusterStatName: Text(
    "Form of the names of statistics of outbound traffic, with %SERVICE% and the like; default Istio's usual one.",
  ),
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
