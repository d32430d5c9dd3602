import { TYPE_URLS } from "../rpc/resource.ts";
import { LATENCY_BUCKETS, type Metrics } from "../telemetry/metrics.ts";

export type XdsMetrics = ReturnType<typeof createXdsMetrics>;

/** Names and labels are those that people's dashboards of this ecosystem read. */
export function createXdsMetrics(metrics: Metrics) {
  return {
    connected: metrics.gauge("pilot_xds", "Proxies connected to this replica, by the version of their agents.", ["version"]),
    pushes: metrics.counter("pilot_xds_pushes", "Responses sent.", ["type"]),
    rejects: metrics.counter("pilot_total_xds_rejects", "Responses that a proxy rejected.", ["type"]),
    refusals: metrics.counter("fairlead_xds_refusals_total", "Streams refused because of who the peer is or is not.", ["reason"]),
    responseBytes: metrics.histogram(
      "pilot_xds_config_size_bytes",
      "Size of responses.",
      [1, 10_000, 100_000, 250_000, 1_000_000, 4_000_000],
      ["type"],
    ),
    convergence: metrics.histogram("pilot_proxy_convergence_time", "Seconds from a change to its last acknowledgement.", LATENCY_BUCKETS),
    requestsToSign: metrics.counter("citadel_server_csr_count", "Certificates asked for."),
    certificatesIssued: metrics.counter("citadel_server_success_cert_issuance_count", "Certificates issued."),
    authenticationFailures: metrics.counter("citadel_server_authentication_failure_count", "Tokens refused."),
  };
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  [TYPE_URLS.secret]: "sds",
  [TYPE_URLS.cluster]: "cds",
  [TYPE_URLS.endpoint]: "eds",
  [TYPE_URLS.listener]: "lds",
  [TYPE_URLS.route]: "rds",
  [TYPE_URLS.domain]: "nds",
};

/** `cds` for clusters and so on; `other` keeps the number of label values bounded. */
export function shortName(typeUrl: string): string {
  return SHORT_NAMES[typeUrl] ?? "other";
}
