import type { Clock } from "../base/clock.ts";
import type { Log } from "../source/log.ts";

const QUIET_MS = 60_000;

/** Thousands of statuses fail together when the API server is away: one line a minute tells it. */
export function quietened(log: Log, clock: Clock): Log {
  let next = 0;
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => {
      if (clock.now() < next) return log.debug(fields, message);
      next = clock.now() + QUIET_MS;
      log.warn(fields, message);
    },
    error: (fields, message) => log.error(fields, message),
  };
}
