import { readFlag } from "../base/flag.ts";
import { SIDECAR_PORTS } from "../base/proxy-ports.ts";
import { err, ok, type Result } from "../base/result.ts";
import { parseScrapeTargets, type ScrapeTarget } from "../base/scrape-targets.ts";
import type { InjectionMesh } from "./injection-input.ts";
import type { Named } from "./pod.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

const PATH = "/stats/prometheus";
const MERGE = "prometheus.istio.io/merge-metrics";
const TARGETS = "prometheus.istio.io/scrape-targets";
const NAMES = new Set(["prometheus_io_scrape", "prometheus_io_path", "prometheus_io_port"]);

export interface PrometheusMerge {
  readonly annotations: Readonly<Record<string, string>>;
  /** Other spellings of the same annotations: the scraper would take any one of them. */
  readonly dropped: readonly string[];
  /** Tells the agent where the app's own metrics are. */
  readonly env: readonly Named[];
}

/** Where the agent of the pod answers: on its own port, and where the kubelet asks. */
export interface AgentPorts {
  readonly agentPort: number;
  readonly probePort: number;
}

interface AppMetrics {
  readonly scrape: string;
  readonly path: string;
  readonly port: string;
}

type Annotations = Readonly<Record<string, string>>;

const NOTHING: PrometheusMerge = { annotations: {}, dropped: [], env: [] };

/** Leads the scraper to the agent, which answers with the app's, Envoy's and its own metrics in one. */
export function prometheusMerge(annotations: Annotations, ports: AgentPorts, mesh: InjectionMesh): Result<PrometheusMerge, Refusal> {
  const asked = annotations[MERGE];
  if (asked !== undefined && readFlag(asked) === undefined) {
    return err(annotationRefusal(MERGE, `"${asked}" is neither yes nor no; write "true" or "false"`));
  }
  const wanted = readFlag(asked) ?? mesh.enablePrometheusMerge ?? true;
  const app = appMetrics(annotations);
  // A pod that leads to the agent by itself knows what it does, or was injected before.
  if (!wanted || readFlag(app.scrape) === false || app.port === String(ports.agentPort)) return ok(NOTHING);
  const targets = readTargets(annotations[TARGETS] ?? "", ports);
  if (!targets.ok) return targets;
  return ok(merge(annotations, ports.agentPort, { ...withoutSidecar(app, ports), ...targets.value }));
}

/** Who names the sidecar asks for what the agent answers anyway, not for an app's metrics: they would be told twice, or without end. */
function withoutSidecar(app: AppMetrics, ports: AgentPorts): Partial<AppMetrics> {
  return isSidecars(Number(app.port), ports) ? {} : app;
}

/** No container of an app has its metrics there. */
function isSidecars(port: number, { agentPort, probePort }: AgentPorts): boolean {
  return port === agentPort || port === probePort || SIDECAR_PORTS.has(port);
}

function merge(annotations: Annotations, agentPort: number, told: object): PrometheusMerge {
  const led = { "prometheus.io/path": PATH, "prometheus.io/port": String(agentPort), "prometheus.io/scrape": "true" };
  const none = Object.values(told).every((value) => value === "");
  return {
    annotations: led,
    dropped: Object.keys(annotations).filter((key) => NAMES.has(plain(key)) && !Object.hasOwn(led, key)),
    env: none ? [] : [{ name: "ISTIO_PROMETHEUS_ANNOTATIONS", value: JSON.stringify(told) }],
  };
}

/** Several places, for pods whose containers each have metrics of their own. */
function readTargets(text: string, ports: AgentPorts): Result<{ readonly targets?: readonly ScrapeTarget[] }, Refusal> {
  const targets = parseScrapeTargets(text);
  if (!targets.ok) {
    return err(annotationRefusal(TARGETS, `${targets.error}; write ports with paths, as "8080:/metrics,9100:/metrics"`));
  }
  const reserved = targets.value.find(({ port }) => isSidecars(port, ports));
  if (reserved === undefined) return ok(targets.value.length === 0 ? {} : { targets: targets.value });
  return err(
    annotationRefusal(
      TARGETS,
      `port ${reserved.port} is the sidecar's own; name the ports on which the app's containers have their metrics`,
    ),
  );
}

/** Where the pod says its own metrics are; scrapers take `prometheus.io/scrape` and `prometheus_io_scrape` for one, and so must we. */
function appMetrics(annotations: Annotations): AppMetrics {
  const all = new Map(Object.entries(annotations).map(([key, value]) => [plain(key), value]));
  const own = (name: string): string => annotations[`prometheus.io/${name}`] ?? all.get(`prometheus_io_${name}`) ?? "";
  return { scrape: own("scrape"), path: own("path"), port: own("port") };
}

/** A name as Prometheus makes a label of it. */
function plain(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/g, "_");
}
