import { PLACES_ALIKE, type UnbuiltField, unbuilt } from "./unbuilt-field.ts";

const POLICY_OF_RULES = "write it in DestinationRules";
const ONE_CLUSTER = "the mesh has one cluster";
const NO_INGRESS = "an Ingress has no effect";
const AS_GATEWAY = "write a Gateway and a VirtualService";
const NO_SPANS = "no spans are made";
const NO_SERVICE = "nothing is sent to such a service";
const OWN_ROOT = "the mesh's own authority is the only one that is trusted";
const USUAL_NAMES = "statistics have their usual names";
const USUAL_PORT = "the usual port is used";

const NOT_IN_ISTIO = "Istio does not use it any more either";
const TAKE_OUT = "remove it";

/** Settings of proxies, in `defaultConfig` of the mesh configuration and in the annotation `proxy.istio.io/config`. */
export const UNBUILT_PROXY_SETTINGS: readonly UnbuiltField[] = [
  unbuilt("serviceCluster", "the proxy is named after the pod's label app and its namespace"),
  unbuilt(["zipkinAddress", "tracing", "tracingServiceName"], NO_SPANS),
  unbuilt("statsdUdpAddress", "statistics are sent nowhere", "read them from the proxy's port 15090"),
  unbuilt(["customConfigFile", "proxyBootstrapTemplatePath"], "the proxy starts with the generated bootstrap"),
  unbuilt(["envoyAccessLogService", "envoyMetricsService"], NO_SERVICE),
  unbuilt("extraStatTags", "statistics have their usual tags"),
  unbuilt("gatewayTopology", "a gateway believes nobody in front of it"),
  unbuilt("meshId", "nothing names the mesh"),
  unbuilt("caCertificatesPem", OWN_ROOT),
  unbuilt("image", "the image is the same for all", "write the annotation sidecar.istio.io/proxyImage"),
  unbuilt("privateKeyProvider", "keys are held in memory"),
  unbuilt("proxyHeaders", "the proxy adds its usual headers"),
  unbuilt("fileFlushInterval", "access logs are written every second"),
  unbuilt("fileFlushMinSizeKb", "access logs are written every second, or when there are 64 kB"),
  unbuilt("statsEvictionInterval", "no statistics are forgotten"),
  unbuilt("statsCompression", "statistics are sent as they are"),
  unbuilt("connectionSettings", "connections have the usual limits"),
  unbuilt("readinessProbe", "nobody asks the application whether it is ready", "write a readinessProbe of the container"),
  unbuilt("controlPlaneAuthPolicy=NONE", "the control plane is reached by TLS all the same"),
  unbuilt(["parentShutdownDuration", "discoveryRefreshDelay", "availabilityZone", "statNameLength"], NOT_IN_ISTIO, TAKE_OUT),
  unbuilt(["envoyMetricsServiceAddress", "sds"], NOT_IN_ISTIO, TAKE_OUT),
];

/** Fields of the mesh configuration that are read but not carried out yet. */
export const UNBUILT_MESH_FIELDS: readonly UnbuiltField[] = [
  unbuilt("outboundTrafficPolicy.mode=ALLOW_ANY_DYNAMIC_DNS", "unknown destinations are called as with ALLOW_ANY"),
  unbuilt("outboundTrafficPolicy.egressProxy", "unknown destinations are called directly", "write a VirtualService for each host"),
  unbuilt(
    "outboundTrafficPolicy.tls",
    "calls to unknown destinations are passed on as they are",
    "write a ServiceEntry and a DestinationRule",
  ),
  unbuilt(
    "inboundTrafficPolicy.mode=LOCALHOST",
    "traffic is passed on to the pod's address, as with PASSTHROUGH; only probes go to 127.0.0.1",
  ),
  unbuilt("hboneIdleTimeout", "there are no such tunnels"),
  unbuilt(
    ["tcpKeepalive", "h2UpgradePolicy", "defaultTrafficPolicy"],
    "services without a DestinationRule have Envoy's defaults",
    POLICY_OF_RULES,
  ),
  unbuilt("protocolDetectionTimeout", "callers get all the time they need"),
  unbuilt("localityLbSetting", PLACES_ALIKE),
  unbuilt("defaultHttpRetryPolicy", "requests are tried again twice where nothing else is said", "write retries in VirtualServices"),
  unbuilt("defaultInboundHttpRetryPolicy", "no request is tried again on its way in"),
  unbuilt("dnsRefreshRate", "names are resolved again after 60s, or when their time to live ends"),
  unbuilt(
    ["defaultServiceExportTo", "defaultVirtualServiceExportTo", "defaultDestinationRuleExportTo"],
    "what has no exportTo is seen by all",
    "write exportTo",
  ),
  unbuilt("discoverySelectors", "all namespaces count"),
  unbuilt(["serviceSettings", "serviceScopeConfigs"], ONE_CLUSTER),
  unbuilt("serviceEntryVisibility", "who sees a ServiceEntry is what its exportTo says", "write exportTo"),
  unbuilt(["inboundClusterStatName", "outboundClusterStatName"], USUAL_NAMES),
  unbuilt("trustDomainAliases", "no other trust domain counts as the mesh's own"),
  unbuilt("caCertificates", OWN_ROOT),
  unbuilt("ca", "the control plane signs by itself"),
  unbuilt("meshMTLS", "the mesh's own TLS is 1.2 or 1.3, with Envoy's curves and cipher suites"),
  unbuilt("tlsDefaults", "TLS to the outside has Envoy's defaults"),
  unbuilt("enableEnvoyAccessLogService", NO_SERVICE),
  unbuilt("disableEnvoyListenerLog", "connections that no rule took are not logged"),
  unbuilt("enableTracing", NO_SPANS),
  unbuilt(["extensionProviders", "defaultProviders"], NO_SERVICE),
  unbuilt(["proxyListenPort", "proxyInboundListenPort"], USUAL_PORT),
  unbuilt("proxyHttpPort", "no port is opened for it"),
  unbuilt(["ingressClass", "ingressService", "ingressControllerMode", "ingressSelector"], NO_INGRESS, AS_GATEWAY),
  unbuilt("pathNormalization", "paths are brought into one form as with BASE"),
  unbuilt(["verifyCertificateAtClient", "certificates", "configSources"], NOT_IN_ISTIO, TAKE_OUT),
  ...UNBUILT_PROXY_SETTINGS.map(({ paths, ...rest }) => ({ ...rest, paths: paths.map((name) => `defaultConfig.${name}`) })),
];
