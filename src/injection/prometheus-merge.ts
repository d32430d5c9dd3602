import { readFlag } from "../base/flag.ts";
import type { Named } from "./pod.ts";
import type { ProxySettings } from "./proxy-settings.ts";

const PATH = "/stats/prometheus";
const MERGE = "prometheus.istio.io/merge-metrics";
const NAMES = new Set(["prometheus_io_scrape", "prometheus_io_path", "prometheus_io_port"]);

export interface PrometheusMerge {
  readonly annotations: Readonly<Record<string, string>>;
  /** Other spellings of the same annotations: the scraper would take any one of them. */
  readonly dropped: readonly string[];
  /** Tells the agent where the app's own metrics are. */
  readonly env: readonly Named[];
}

/** Leads the scraper to the agent, which answers with the app's, Envoy's and its own metrics in one. */
export function prometheusMerge({ pod, input, agentPort }: ProxySettings): PrometheusMerge {
  const wanted = readFlag(pod.annotations[MERGE]) ?? input.mesh.enablePrometheusMerge ?? true;
  const app = appMetrics(pod.annotations);
  // A pod that leads to the agent by itself knows what it does, or was injected before.
  if (!wanted || readFlag(app.scrape) === false || app.port === String(agentPort)) return { annotations: {}, dropped: [], env: [] };
  const annotations = { "prometheus.io/path": PATH, "prometheus.io/port": String(agentPort), "prometheus.io/scrape": "true" };
  const none = Object.values(app).every((value) => value === "");
  return {
    annotations,
    dropped: Object.keys(pod.annotations).filter((key) => NAMES.has(plain(key)) && !Object.hasOwn(annotations, key)),
    env: none ? [] : [{ name: "ISTIO_PROMETHEUS_ANNOTATIONS", value: JSON.stringify(app) }],
  };
}

/** Where the pod says its own metrics are; scrapers take `prometheus.io/scrape` and `prometheus_io_scrape` for one, and so must we. */
function appMetrics(annotations: Readonly<Record<string, string>>): { scrape: string; path: string; port: string } {
  const all = new Map(Object.entries(annotations).map(([key, value]) => [plain(key), value]));
  const own = (name: string): string => annotations[`prometheus.io/${name}`] ?? all.get(`prometheus_io_${name}`) ?? "";
  return { scrape: own("scrape"), path: own("path"), port: own("port") };
}

/** A name as Prometheus makes a label of it. */
function plain(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/g, "_");
}
