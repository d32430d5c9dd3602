import type { ScrapeTarget } from "../base/scrape-targets.ts";
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

/** The metrics of the app's containers, Envoy's and the agent's in one text. A part that does not answer is left out, and counted as such. */
export async function mergedMetrics(sources: MetricsSources): Promise<Buffer> {
  const [app, envoy] = await Promise.all([
    Promise.all(sources.app.metrics.map((target) => orNothing(appMetrics(target)))),
    orNothing(sources.admin.metrics()),
  ]);
  const parts = { application: app, envoy: [envoy] };
  const told = Object.entries(parts).map(([source, all]) => `fairlead_agent_scrape_failed{source="${source}"} ${failed(all)}\n`);
  const own = `${sources.own()}# TYPE fairlead_agent_scrape_failed gauge\n${told.join("")}`;
  return Buffer.concat([...app, envoy, Buffer.from(own)].filter((part) => part !== undefined).map(ended));
}

const failed = (parts: readonly (Buffer | undefined)[]): number => parts.filter((part) => part === undefined).length;

const orNothing = (part: Promise<Buffer>): Promise<Buffer | undefined> => part.catch(() => undefined);

/** The end mark of OpenMetrics would hide what follows it. */
function ended(part: Buffer): Buffer {
  const text = part.toString().replace(/# EOF\s*$/, "");
  return Buffer.from(text === "" || text.endsWith("\n") ? text : `${text}\n`);
}

async function appMetrics({ port, path }: ScrapeTarget): Promise<Buffer> {
  const answer = await callHttp({ host: "localhost", port, path, timeoutMs: TIMEOUT_MS });
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  return answer.body;
}
