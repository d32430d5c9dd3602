import { expect, test } from "vitest";
import { type AgentMetricsInput, agentMetrics } from "../../../src/agent/agent-metrics.ts";
import type { DnsProxy } from "../../../src/agent/dns-proxy.ts";

function metrics(dns: Pick<DnsProxy, "queries"> | undefined): string {
  const table = (type: string) => ({ size: () => (type === "domain" ? 3 : 0), fileBytes: () => 0 });
  const input = {
    configuration: { store: { table }, relay: { rejections: () => [] }, upstream: { state: () => ({ connected: true, failure: "" }) } },
    envoy: { starts: () => 1 },
    trust: { identity: () => undefined },
    capture: { captured: () => new Map() },
    dns,
  };
  return agentMetrics(input as unknown as AgentMetricsInput);
}

test("where DNS queries are captured: how many names there are, and what became of the queries", () => {
  const lines = metrics({ queries: () => ({ answered: 5, forwarded: 7, unanswered: 1 }) }).split("\n");
  expect(lines.filter((line) => line.includes("_dns_"))).toEqual([
    "# HELP fairlead_agent_dns_names Names that the controller told.",
    "# TYPE fairlead_agent_dns_names gauge",
    "fairlead_agent_dns_names 3",
    "# HELP fairlead_agent_dns_queries_total Captured DNS queries: answered by the agent, forwarded to a DNS server that answered, or unanswered.",
    "# TYPE fairlead_agent_dns_queries_total counter",
    'fairlead_agent_dns_queries_total{result="answered"} 5',
    'fairlead_agent_dns_queries_total{result="forwarded"} 7',
    'fairlead_agent_dns_queries_total{result="unanswered"} 1',
  ]);
});

test("where they are not, nothing of it", () => {
  expect(metrics(undefined)).not.toContain("_dns_");
});
