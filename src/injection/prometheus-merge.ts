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
  const app = appMetrics(pod.annotations);
  if (wanted !== "true" || app.scrape === "false") return { annotations: {}, env: [] };
  const annotations = { "prometheus.io/path": PATH, "prometheus.io/port": String(agentPort), "prometheus.io/scrape": "true" };
  const ours = app.path === PATH && app.port === String(agentPort);
  const none = Object.values(app).every((value) => value === "");
  return { annotations, env: ours || none ? [] : [{ name: "ISTIO_PROMETHEUS_ANNOTATIONS", value: JSON.stringify(app) }] };
}

/** Where the pod says its own metrics are; scrapers take `prometheus.io/scrape` and `prometheus_io_scrape` for one, and so must we. */
function appMetrics(annotations: Readonly<Record<string, string>>): { scrape: string; path: string; port: string } {
  const plain = new Map(Object.entries(annotations).map(([key, value]) => [key.replaceAll(/[^a-z]/g, "_"), value]));
  const own = (name: string): string => annotations[`prometheus.io/${name}`] ?? plain.get(`prometheus_io_${name}`) ?? "";
  return { scrape: own("scrape"), path: own("path"), port: own("port") };
}
