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

/** The metrics of the app's containers, Envoy's and the agent's in one text. A part that does not answer is left out, and told as such. */
export async function mergedMetrics(sources: MetricsSources): Promise<Buffer> {
  const places = sources.app.metrics;
  const [envoy, ...app] = await Promise.all([orNothing(sources.admin.metrics()), ...places.map((target) => orNothing(appMetrics(target)))]);
  const told = [...places.map((target, at) => failure(ofTarget(target), app[at])), failure('source="envoy"', envoy)];
  const own = `${sources.own()}# TYPE fairlead_agent_scrape_failed gauge\n${[...new Set(told)].join("")}`;
  return Buffer.concat([...app, envoy, Buffer.from(own)].filter((part) => part !== undefined).map(ended));
}

const failure = (labels: string, part: Buffer | undefined): string =>
  `fairlead_agent_scrape_failed{${labels}} ${part === undefined ? 1 : 0}\n`;

/** Which one: its place as the annotation writes it. */
function ofTarget({ port, path }: ScrapeTarget): string {
  return `source="application",target="${`${port}:${path}`.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

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
