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
  readonly admin: Pick<EnvoyAdmin, "drain" | "activeConnections" | "callsTaken">;
  /** How many sockets the app has open. */
  readonly appSockets: () => number;
  readonly clock: Clock;
  readonly log: AgentLog;
}

const LOOK_EVERY_MS = 1000;

export function createTermination(input: TerminationInput): Termination {
  let begun: { readonly at: number; readonly told: Promise<void> } | undefined;
  const begin = (): { readonly at: number; readonly told: Promise<void> } => {
    begun ??= { at: input.clock.now(), told: tellEnvoy(input) };
    return begun;
  };
  return {
    draining: () => begun !== undefined,
    drain: () => begin().told,
    wait: async () => {
      const { at, told } = begin();
      await told;
      if (input.options.afterApp) await untilAppGone(input);
      await (input.options.untilIdle ? untilIdle(input) : sleep(input.clock, at + input.options.drainMs - input.clock.now()));
    },
  };
}

async function tellEnvoy({ admin, inboundOnly, log }: TerminationInput): Promise<void> {
  log.info({ inboundOnly }, "draining listeners");
  await admin.drain(inboundOnly).catch((error: unknown) => log.warn({ reason: String(error) }, "Envoy did not take the order to drain"));
}

/**
 * An ordinary sidecar is told to end together with the app. It goes on until the app has had no socket, and has made no call, for as long as
 * connections get: nobody tells it that the app's containers have ended.
 */
async function untilAppGone({ options, appSockets, admin, clock, log }: TerminationInput): Promise<void> {
  let lastSeen = clock.now();
  let calls = 0;
  log.info({}, "waiting for the app to go");
  while (clock.now() - lastSeen < options.drainMs) {
    const taken = await admin.callsTaken().catch(() => calls);
    if (appSockets() > 0 || taken !== calls) lastSeen = clock.now();
    calls = taken;
    await sleep(clock, Math.min(LOOK_EVERY_MS, options.drainMs));
  }
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

/** Time that is over already is not waited for. */
function sleep(clock: Clock, ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(ms, resolve));
}
