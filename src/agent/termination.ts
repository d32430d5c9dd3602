import type { Clock } from "../base/clock.ts";
import type { AgentLog } from "./agent-log.ts";
import type { TerminationOptions } from "./agent-options.ts";
import type { EnvoyAdmin } from "./envoy-admin.ts";

/** The pod's end: listeners drain, connections get their time, then Envoy goes. */
export interface Termination {
  draining(): boolean;
  /** Begins to drain, once; resolves when Envoy knows (or does not answer). */
  drain(): Promise<void>;
  /** Drains, and resolves when Envoy may be stopped. */
  wait(): Promise<void>;
}

export interface TerminationInput {
  readonly options: TerminationOptions;
  /** A sidecar drains what comes in; what the app calls stays usable to its end. */
  readonly inboundOnly: boolean;
  readonly admin: Pick<EnvoyAdmin, "drain" | "activeConnections">;
  readonly clock: Clock;
  readonly log: AgentLog;
}

const LOOK_EVERY_MS = 1000;

export function createTermination(input: TerminationInput): Termination {
  let draining: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    draining ??= begin(input);
    return draining;
  };
  return {
    draining: () => draining !== undefined,
    drain,
    wait: async () => {
      await drain();
      await (input.options.untilIdle ? untilIdle(input) : sleep(input.clock, input.options.drainMs));
    },
  };
}

async function begin({ admin, inboundOnly, log }: TerminationInput): Promise<void> {
  log.info({ inboundOnly }, "draining listeners");
  await admin.drain(inboundOnly).catch((error: unknown) => log.warn({ reason: String(error) }, "Envoy did not take the order to drain"));
}

async function untilIdle(input: TerminationInput): Promise<void> {
  await sleep(input.clock, input.options.minimumMs);
  for (;;) {
    // An Envoy that does not answer has no connections to wait for.
    const active = await input.admin.activeConnections().catch(() => 0);
    if (active === 0) return;
    input.log.info({ active }, "waiting for connections to end");
    await sleep(input.clock, LOOK_EVERY_MS);
  }
}

const sleep = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
