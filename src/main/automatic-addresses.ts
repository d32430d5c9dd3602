import type { Clock } from "../base/clock.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import type { RawObserver } from "../source/kubernetes/object-intake.ts";
import { keepAddresses } from "../status/addresses/address-writer.ts";
import { createStoredEntries } from "../status/addresses/stored-entries.ts";
import type { Leadership } from "../status/leadership.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";

/** The addresses that are chosen for hosts of ServiceEntries which have none. */
export interface AutomaticAddresses {
  /** Keeps what is stored; told by the source, from its first list on. */
  readonly observer: RawObserver;
  /** Begins, once all entries are known: what is given somewhere is not given again. */
  start(parts: AddressParts, signal: AbortSignal): void;
}

export interface AddressParts {
  readonly client: ApiClient;
  readonly leadership: Leadership;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createAutomaticAddresses(clock: Clock): AutomaticAddresses {
  const entries = createStoredEntries(clock);
  return {
    observer: entries,
    start: (parts, signal) => {
      const { metrics } = parts;
      const writes = metrics.counter("fairlead_address_writes_total", "Writes of automatic addresses, by what became of them.", ["result"]);
      const given = metrics.gauge("fairlead_automatic_addresses", "Automatic addresses that hosts of ServiceEntries have.", ["family"]);
      metrics.beforeText(() => {
        given.set({ family: "ipv4" }, entries.count(4));
        given.set({ family: "ipv6" }, entries.count(6));
      });
      keepAddresses({ ...parts, entries, count: (result) => writes.inc({ result }) }, signal);
    },
  };
}
