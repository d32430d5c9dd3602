import type { CaptureProof } from "./capture-proof.ts";
import type { Configuration } from "./configuration.ts";
import type { DnsProxy } from "./dns-proxy.ts";
import type { EnvoyProcess } from "./envoy-process.ts";
import { QUERY_ENDS } from "./query-handling.ts";
import { RESOURCE_TYPES } from "./resource-store.ts";
import type { WorkloadTrust } from "./workload-trust.ts";

export interface AgentMetricsInput {
  readonly configuration: Configuration;
  readonly envoy: EnvoyProcess;
  readonly trust: WorkloadTrust;
  readonly capture: CaptureProof;
  /** Absent where DNS queries are not captured. */
  readonly dns: DnsProxy | undefined;
}

/** The agent's own metrics as text. By hand: a library for ten gauges would be a tenth of the bundle. */
export function agentMetrics({ configuration, envoy, trust, capture, dns }: AgentMetricsInput): string {
  const { store, relay, upstream } = configuration;
  const perType = (value: (type: (typeof RESOURCE_TYPES)[number]) => number): readonly string[] =>
    RESOURCE_TYPES.map((type) => `{type="${type}"} ${value(type)}`);
  const rejected = relay.rejections();
  return [
    gauge("fairlead_agent_connected", "Whether the controller's stream is open.", [` ${Number(upstream.state().connected)}`]),
    gauge("fairlead_agent_envoy_starts_total", "Times Envoy was started.", [` ${envoy.starts()}`], "counter"),
    gauge("fairlead_agent_certificate_expiry_timestamp_seconds", "When the certificate in force ends.", [
      ` ${Math.floor((trust.identity()?.notAfter ?? 0) / 1000)}`,
    ]),
    gauge(
      "fairlead_agent_store_resources",
      "Resources in the store.",
      perType((type) => store.table(type).size()),
    ),
    gauge(
      "fairlead_agent_store_bytes",
      "Bytes of the store on disk.",
      perType((type) => store.table(type).fileBytes()),
    ),
    gauge(
      "fairlead_agent_rejected_resources",
      "Resources that Envoy refused.",
      perType((type) => rejected.filter((one) => one.type === type).length),
    ),
    gauge(
      "fairlead_agent_calls_captured",
      "Whether the pod's calls are captured, by address family; no sample where they need not be.",
      [...capture.captured()].map(([family, captured]) => `{family="${family}"} ${Number(captured)}`),
    ),
    ...(dns === undefined ? [] : dnsMetrics(dns, store.table("domain").size())),
    gauge("fairlead_agent_memory_bytes", "Resident memory of the agent.", [` ${process.memoryUsage.rss()}`]),
  ].join("");
}

function dnsMetrics(dns: DnsProxy, names: number): readonly string[] {
  const queries = dns.queries();
  return [
    gauge("fairlead_agent_dns_names", "Names that the controller told.", [` ${names}`]),
    gauge(
      "fairlead_agent_dns_queries_total",
      "Captured DNS queries: answered by the agent, forwarded to a DNS server that answered, or unanswered.",
      QUERY_ENDS.map((end) => `{result="${end}"} ${queries[end]}`),
      "counter",
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly string[], type = "gauge"): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${name}${sample}\n`).join("")}`;
}
