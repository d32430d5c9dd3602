import { err, ok, type Result } from "./result.ts";

/** Where one container of an app tells its metrics. */
export interface ScrapeTarget {
  readonly port: number;
  readonly path: string;
}

/** Where metrics are, if nothing else is said. */
export const METRICS_PATH = "/metrics";

/** A pod has not so many containers, and each is asked at every scrape. */
const MOST_TARGETS = 32;
const MOST_PATH = 1024;
/** What the longest list of them has, with room for spaces; nothing longer is taken apart. */
const MOST_CHARACTERS = MOST_TARGETS * (MOST_PATH + 16);
const SHOWN = 64;

/** `PORT:PATH` separated by commas, in the order in which they are told; the error is what is wrong with it. */
export function parseScrapeTargets(text: string): Result<readonly ScrapeTarget[], string> {
  if (text.length > MOST_CHARACTERS) return err(`is longer than ${MOST_CHARACTERS} characters`);
  const entries = text.trim() === "" ? [] : text.split(",").map((entry) => entry.trim());
  if (entries.length > MOST_TARGETS) return err(`has ${entries.length} places, ${MOST_TARGETS} are the most`);
  const wrong = entries.find((entry) => parseTarget(entry) === undefined);
  if (wrong !== undefined) return err(`"${wrong.slice(0, SHOWN)}" is no port with a path of at most ${MOST_PATH} characters`);
  return ok(entries.flatMap((entry) => parseTarget(entry) ?? []));
}

function parseTarget(entry: string): ScrapeTarget | undefined {
  const [, digits, path = ""] = /^(\d{1,5})(?::(\S*))?$/.exec(entry) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535) || path.length > MOST_PATH) return undefined;
  if (path === "") return { port, path: METRICS_PATH };
  return { port, path: path.startsWith("/") ? path : `/${path}` };
}
