import { AnyObject } from "../dialect/any-object.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Decimal, Whole } from "../dialect/whole.ts";
import { ReadinessProbeSchema } from "../networking/readiness-probe.ts";
import { ClientTlsSchema } from "../networking/tls-settings.ts";

const RemoteServiceSchema = Fields("A service outside the mesh that the proxy reports to.", {
  address: Text("Host and port."),
  tlsSettings: ClientTlsSchema,
  tcpKeepalive: AnyObject("Probes of idle connections to it."),
});

const AddressSchema = (what: string) => Fields(what, { address: Text("Host and port.") });

const TracingSchema = Fields("Where spans are sent.", {
  zipkin: AddressSchema("Spans go to Zipkin."),
  lightstep: Fields("Spans go to Lightstep.", { address: Text("Host and port."), accessToken: Text("Token that Lightstep asks for.") }),
  datadog: AddressSchema("Spans go to Datadog."),
  stackdriver: AnyObject("Spans go to Google Cloud."),
  openCensusAgent: AnyObject("Spans go to an OpenCensus agent."),
  customTags: AnyObject("Tags of every span."),
  maxPathTagLength: Whole("Length to which the path is cut; default 256."),
  sampling: Decimal("Share of requests that are traced, in percent; default 1."),
  tlsSettings: ClientTlsSchema,
  enableIstioTags: Flag("Whether spans carry Istio's tags; default true."),
});

const StatsMatcherSchema = Fields("Statistics that are kept beside the usual ones.", {
  inclusionPrefixes: ListOf("Names that begin so.", Text("Prefix.")),
  inclusionSuffixes: ListOf("Names that end so.", Text("Suffix.")),
  inclusionRegexps: ListOf("Names that match.", Text("Regular expression, in RE2's syntax.")),
});

const ConnectionSettingsSchema = Fields("Limits of the proxy's own connections.", {
  profile: StringEnum("Which defaults the others have: SIDECAR the usual ones, EDGE those for the open internet; default SIDECAR.", [
    "SIDECAR",
    "EDGE",
  ]),
  listenerPerConnectionBufferLimitBytes: Whole("Bytes that are held of an accepted connection; default 32768 with EDGE, else Envoy's."),
  clusterPerConnectionBufferLimitBytes: Whole("Bytes that are held of a connection to a service; default 32768 with EDGE, else Envoy's."),
  httpIdleTimeout: Duration("Time without a request after which a connection is closed."),
  httpMaxConnectionDuration: Duration("Time after which a connection is closed; default without limit."),
  httpDrainTimeout: Duration("Time between the notice that a connection ends and its end."),
  httpRequestTimeout: Duration("Time a whole request may take to come in; default without limit."),
  httpRequestHeadersTimeout: Duration("Time the headers of a request may take to come in; default without limit."),
  httpStreamIdleTimeout: Duration("Time a request may stand still; default without limit."),
  httpMaxStreamDuration: Duration("Time a request and its answer may take; default without limit."),
  httpMaxConcurrentStreams: Whole("Streams of one HTTP/2 connection."),
  http2InitialStreamWindowSize: Whole("Bytes an HTTP/2 stream may send before it is answered, 65535 to 2147483647."),
  http2InitialConnectionWindowSize: Whole("Bytes an HTTP/2 connection may send before it is answered, 65535 to 2147483647."),
  httpHeadersWithUnderscoresAction: StringEnum("What happens to headers with an underscore in their name.", [
    "HEADERS_WITH_UNDERSCORES_UNSPECIFIED",
    "HEADERS_WITH_UNDERSCORES_ALLOW",
    "HEADERS_WITH_UNDERSCORES_REJECT_REQUEST",
    "HEADERS_WITH_UNDERSCORES_DROP_HEADER",
  ]),
  httpMergeSlashes: Flag("Whether neighbouring slashes of a path are made one."),
  httpPathWithEscapedSlashesAction: StringEnum("What happens to a path with escaped slashes.", [
    "PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED",
    "KEEP_UNCHANGED",
    "REJECT_REQUEST",
    "UNESCAPE_AND_REDIRECT",
    "UNESCAPE_AND_FORWARD",
  ]),
  listenerConnectionLimit: Whole("Connections of one listener; default without limit."),
  globalDownstreamConnectionLimit: Whole("Connections of all listeners together; default without limit."),
});

const properties = {
  configPath: Text("Folder of the proxy's files; default ./etc/istio/proxy."),
  binaryPath: Text("Envoy's program; default /usr/local/bin/envoy."),
  serviceCluster: Text("Name of the service that the proxy stands for."),
  tracingServiceName: StringEnum("What tracing calls the workload.", [
    "APP_LABEL_AND_NAMESPACE",
    "CANONICAL_NAME_ONLY",
    "CANONICAL_NAME_AND_NAMESPACE",
  ]),
  drainDuration: Duration("Time old connections get when a listener goes; default 45s."),
  parentShutdownDuration: Duration("No longer used."),
  discoveryAddress: Text("Address of the control plane, host and port."),
  discoveryRefreshDelay: Duration("No longer used."),
  zipkinAddress: Text("Address of Zipkin; write tracing.zipkin.address instead."),
  statsdUdpAddress: Text("Address of a statsd that statistics are sent to."),
  proxyAdminPort: Whole("Port of Envoy's administration; default 15000."),
  availabilityZone: Text("No longer used."),
  controlPlaneAuthPolicy: StringEnum("How the control plane is reached; default MUTUAL_TLS.", ["NONE", "MUTUAL_TLS", "INHERIT"], {
    INHERIT: 1000,
  }),
  customConfigFile: Text("Bootstrap to use in place of the generated one."),
  statNameLength: Whole("No longer used."),
  concurrency: Whole("Worker threads; 0 is one for each CPU; default by the CPU limit.", { minimum: 0 }),
  proxyBootstrapTemplatePath: Text("Template of the bootstrap."),
  interceptionMode: StringEnum("How traffic reaches the sidecar; default REDIRECT.", ["REDIRECT", "TPROXY", "NONE"]),
  tracing: TracingSchema,
  envoyAccessLogService: RemoteServiceSchema,
  envoyMetricsService: RemoteServiceSchema,
  envoyMetricsServiceAddress: Text("No longer used."),
  proxyMetadata: MapOf("Environment variables of the agent.", Text("Value.")),
  runtimeValues: MapOf("Envoy's runtime values.", Text("Value.")),
  statusPort: Whole("Port of the readiness endpoint; default 15021.", { minimum: 0, maximum: 65535 }),
  extraStatTags: ListOf("Tags that statistics carry beside the usual ones.", Text("Name of a tag.")),
  gatewayTopology: Fields("What stands in front of a gateway.", {
    numTrustedProxies: Whole("Proxies in front whose X-Forwarded-For is believed; default 0.", { minimum: 0 }),
    forwardClientCertDetails: StringEnum("What happens to X-Forwarded-Client-Cert.", [
      "UNDEFINED",
      "SANITIZE",
      "FORWARD_ONLY",
      "APPEND_FORWARD",
      "SANITIZE_SET",
      "ALWAYS_FORWARD_ONLY",
    ]),
    proxyProtocol: AnyObject("Take the PROXY protocol, where the object is there."),
  }),
  terminationDrainDuration: Duration("Time connections get when the pod ends; default 5s."),
  meshId: Text("Name of the mesh, for telemetry."),
  readinessProbe: ReadinessProbeSchema,
  proxyStatsMatcher: StatsMatcherSchema,
  holdApplicationUntilProxyStarts: Flag("Start the application after the sidecar is ready; default false."),
  caCertificatesPem: ListOf("Authorities to trust beside the mesh's own, as PEM.", Text("One authority, as PEM.")),
  image: Fields("Which image the sidecar is.", { imageType: Text("default, debug or distroless.") }),
  privateKeyProvider: AnyObject("Hardware that holds private keys."),
  proxyHeaders: AnyObject("Headers that the proxy adds."),
  fileFlushInterval: Duration("Time after which access logs are written to disk; default 10s."),
  fileFlushMinSizeKb: Whole("Kilobytes of access log after which they are written to disk; default 64.", { minimum: 0 }),
  sds: AnyObject("No longer used."),
  statsCompression: Flag("Whether statistics may be sent compressed; default true."),
  connectionSettings: ConnectionSettingsSchema,
  statsEvictionInterval: Duration("Time after which statistics that nobody counts any more are forgotten."),
};

/** Annotation of pods with settings of their proxy, as YAML. */
export const PROXY_CONFIG_ANNOTATION = "proxy.istio.io/config";

/** Settings of proxies: `defaultConfig` of the mesh configuration, and the annotation `proxy.istio.io/config`. */
export const ProxyConfigSchema = Fields("Settings of the proxies.", properties);

export type ProxyConfig = TypeOf<typeof ProxyConfigSchema>;
