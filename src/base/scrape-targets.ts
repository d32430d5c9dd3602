import { err, ok, type Result } from "./result.ts";

/** Where one container of an app tells its metrics. */
export interface ScrapeTarget {
  readonly port: number;
  readonly path: string;
}

/** Where metrics are, if nothing else is said. */
export const METRICS_PATH = "/metrics";

/** `PORT:PATH` separated by commas, in the order in which they are told; the error is the first entry that is none. */
export function parseScrapeTargets(text: string): Result<readonly ScrapeTarget[], string> {
  const entries = text.trim() === "" ? [] : text.split(",").map((entry) => entry.trim());
  const wrong = entries.find((entry) => parseTarget(entry) === undefined);
  return wrong === undefined ? ok(entries.flatMap((entry) => parseTarget(entry) ?? [])) : err(wrong);
}

function parseTarget(entry: string): ScrapeTarget | undefined {
  const [, digits, path = ""] = /^(\d{1,5})(?::(\S*))?$/.exec(entry) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  if (path === "") return { port, path: METRICS_PATH };
  return { port, path: path.startsWith("/") ? path : `/${path}` };
}
