import type { Named } from "./pod.ts";
import type { ProxySettings } from "./proxy-settings.ts";

const PATH = "/stats/prometheus";

export interface PrometheusMerge {
  readonly annotations: Readonly<Record<string, string>>;
  /** Tells the agent where the app's own metrics are. */
  readonly env: readonly Named[];
}

/** Leads the scraper to the agent, which answers with the app's, Envoy's and its own metrics in one. */
export function prometheusMerge({ pod, input, agentPort }: ProxySettings): PrometheusMerge {
  const wanted = pod.annotations["prometheus.istio.io/merge-metrics"] ?? String(input.mesh.enablePrometheusMerge ?? true);
  const scrape = own(pod.annotations, "scrape");
  if (wanted !== "true" || scrape === "false") return { annotations: {}, env: [] };
  const annotations = { "prometheus.io/path": PATH, "prometheus.io/port": String(agentPort), "prometheus.io/scrape": "true" };
  const path = own(pod.annotations, "path");
  const port = own(pod.annotations, "port");
  const ours = path === PATH && port === String(agentPort);
  if (ours || (scrape ?? path ?? port) === undefined) return { annotations, env: [] };
  const app = { scrape: scrape ?? "", path: path ?? "", port: port ?? "" };
  return { annotations, env: [{ name: "ISTIO_PROMETHEUS_ANNOTATIONS", value: JSON.stringify(app) }] };
}

function own(annotations: Readonly<Record<string, string>>, name: string): string | undefined {
  return annotations[`prometheus.io/${name}`] ?? annotations[`prometheus-io/${name}`];
}
