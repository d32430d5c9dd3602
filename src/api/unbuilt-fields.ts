import type { OwnKind } from "./kinds.ts";

/** A policy of a DestinationRule stands for the service, for a subset, and for a port of either. */
const POLICIES = ["trafficPolicy", "subsets[].trafficPolicy"].flatMap((policy) => [policy, `${policy}.portLevelSettings[]`]);

/** Parts of a policy that are not carried out. */
const POLICY_PARTS = [
  "loadBalancer.localityLbSetting",
  "connectionPool.tcp.idleTimeout",
  "outlierDetection.consecutiveErrors",
  "tls.credentialName",
];

/** Protocols of gateway ports; HTTP, HTTP2, GRPC and GRPC-WEB are carried out. */
const GATEWAY_PROTOCOLS = ["HTTPS", "TLS", "TCP", "MONGO", "MYSQL", "REDIS"];

/** Settings of proxies that nothing reads. */
const PROXY_SETTINGS = [
  "serviceCluster",
  "zipkinAddress",
  "statsdUdpAddress",
  "customConfigFile",
  "proxyBootstrapTemplatePath",
  "tracing",
  "envoyAccessLogService",
  "envoyMetricsService",
  "extraStatTags",
  "gatewayTopology",
  "meshId",
  "caCertificatesPem",
  "image",
  "privateKeyProvider",
  "proxyHeaders",
  "fileFlushInterval",
  "fileFlushMinSizeKb",
  "statsEvictionInterval",
  "statsCompression",
  "connectionSettings",
];

/**
 * Fields that are stored but not carried out yet. The one place to change when one is built.
 * A pattern is a path below the body: `[]` stands for any entry of a list, `{}` of a map, `=V` for that value alone, upper or lower case.
 */
export const UNBUILT_FIELDS: { readonly [K in OwnKind | "MeshConfig"]: readonly string[] } = {
  ServiceEntry: ["resolution=DYNAMIC_DNS", "endpoints[].network"],
  VirtualService: [
    "http[].delegate",
    "http[].retries.retryRemoteLocalities",
    "http[].fault.delay.exponentialDelay",
    "http[].fault.abort.http2Error",
    "tcp[].match[].sourceSubnet",
  ],
  DestinationRule: [
    "workloadSelector",
    ...["tunnel", "proxyProtocol", "retryBudget"].flatMap((part) => [`trafficPolicy.${part}`, `subsets[].trafficPolicy.${part}`]),
    ...POLICIES.flatMap((policy) => POLICY_PARTS.map((part) => `${policy}.${part}`)),
  ],
  Gateway: [
    "servers[].bind",
    "servers[].tls",
    "servers[].defaultEndpoint",
    ...GATEWAY_PROTOCOLS.map((protocol) => `servers[].port.protocol=${protocol}`),
  ],
  Sidecar: ["ingress", "inboundConnectionPool", "egress[].bind", "egress[].captureMode", "outboundTrafficPolicy.egressProxy"],
  WorkloadEntry: ["network"],
  WorkloadGroup: ["metadata", "template", "probe"],
  // Inbound listeners take mesh TLS and plain text, whatever is asked: that is PERMISSIVE.
  PeerAuthentication: ["mtls", "portLevelMtls{}"].flatMap((part) => [`${part}.mode=STRICT`, `${part}.mode=DISABLE`]),
  MeshConfig: [
    "outboundTrafficPolicy.mode=ALLOW_ANY_DYNAMIC_DNS",
    "outboundTrafficPolicy.egressProxy",
    "outboundTrafficPolicy.tls",
    "hboneIdleTimeout",
    "tcpKeepalive",
    "h2UpgradePolicy",
    "protocolDetectionTimeout",
    "localityLbSetting",
    "defaultHttpRetryPolicy",
    "defaultInboundHttpRetryPolicy",
    "defaultTrafficPolicy",
    "dnsRefreshRate",
    "defaultServiceExportTo",
    "defaultVirtualServiceExportTo",
    "defaultDestinationRuleExportTo",
    "discoverySelectors",
    "serviceSettings",
    "serviceScopeConfigs",
    "serviceEntryVisibility",
    "inboundClusterStatName",
    "outboundClusterStatName",
    "trustDomainAliases",
    "caCertificates",
    "ca",
    "meshMTLS",
    "tlsDefaults",
    "enableEnvoyAccessLogService",
    "disableEnvoyListenerLog",
    "enableTracing",
    "extensionProviders",
    "defaultProviders",
    "proxyListenPort",
    "proxyInboundListenPort",
    "proxyHttpPort",
    "ingressClass",
    "ingressService",
    "ingressControllerMode",
    "ingressSelector",
    "pathNormalization",
    ...PROXY_SETTINGS.map((name) => `defaultConfig.${name}`),
  ],
};
