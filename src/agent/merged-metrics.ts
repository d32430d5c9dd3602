import type { AppOptions } from "./agent-options.ts";
import type { EnvoyAdmin } from "./envoy-admin.ts";
import { callHttp } from "./http-call.ts";

/** Where the parts of one scrape come from. */
export interface MetricsSources {
  readonly app: AppOptions;
  readonly admin: Pick<EnvoyAdmin, "metrics">;
  /** The agent's own, in Prometheus' text format. */
  own(): string;
}

const TIMEOUT_MS = 5000;

/** The app's metrics, Envoy's and the agent's in one text. A part that does not answer is left out, and counted as such. */
export async function mergedMetrics(sources: MetricsSources): Promise<Buffer> {
  const [app, envoy] = await Promise.all([orNothing(appMetrics(sources.app)), orNothing(sources.admin.metrics())]);
  const failures = [
    ["application", app],
    ["envoy", envoy],
  ] as const;
  const told = failures.map(([source, part]) => `fairlead_agent_scrape_failed{source="${source}"} ${part === undefined ? 1 : 0}\n`);
  const own = `${sources.own()}# TYPE fairlead_agent_scrape_failed gauge\n${told.join("")}`;
  return Buffer.concat([app, envoy, Buffer.from(own)].filter((part) => part !== undefined).map(ended));
}

const orNothing = (part: Promise<Buffer>): Promise<Buffer | undefined> => part.catch(() => undefined);

/** The end mark of OpenMetrics would hide what follows it. */
function ended(part: Buffer): Buffer {
  const text = part.toString().replace(/# EOF\s*$/, "");
  return Buffer.from(text === "" || text.endsWith("\n") ? text : `${text}\n`);
}

async function appMetrics(app: AppOptions): Promise<Buffer> {
  if (app.metrics === undefined) return Buffer.alloc(0);
  const { port, path } = app.metrics;
  const answer = await callHttp({ host: "localhost", port, path, timeoutMs: TIMEOUT_MS });
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  return answer.body;
}
