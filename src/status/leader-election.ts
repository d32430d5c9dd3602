import type { Clock } from "../base/clock.ts";
import type { Log } from "../source/log.ts";
import { createLeadership, type Leadership, type SettableLeadership } from "./leadership.ts";
import type { Lease, LeaseRecord, LeaseSpec } from "./lease.ts";
import { wait } from "./wait.ts";

export interface ElectionOptions {
  readonly lease: LeaseRecord;
  /** Unique among the replicas, as the pod's name. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Others take over so long after the leader's last renewal that they saw. Default 15 s, whole seconds. */
  readonly leaseMs?: number;
  /** A leader that could not renew for so long steps down; less than `leaseMs`. Default 10 s. */
  readonly renewMs?: number;
  /** Pause between attempts. Default 2 s. */
  readonly retryMs?: number;
}

export interface Election extends Leadership {
  /** Resolves after the signal, when the lease is given back. */
  readonly done: Promise<void>;
}

/**
 * Takes part in the election until the signal. At most one replica leads at a time: the leader's own time counts from before it
 * asked and is shorter than the time the others wait, which counts from when they saw it renewed. Only durations count,
 * never the times that others wrote, so clocks may differ.
 */
export function runLeaderElection(options: ElectionOptions, signal: AbortSignal): Election {
  const leadership = createLeadership();
  const candidate = createCandidate(options, leadership);
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await candidate.attempt();
      await wait(options.clock, (options.retryMs ?? 2_000) * (0.9 + Math.random() / 5), signal);
    }
    await candidate.leave();
  };
  return { isLeader: leadership.isLeader, onChange: leadership.onChange, done: run() };
}

interface Candidate {
  attempt(): Promise<void>;
  leave(): Promise<void>;
}

function createCandidate(options: ElectionOptions, leadership: SettableLeadership): Candidate {
  const { lease, identity, clock, log, renewMs = 10_000 } = options;
  const rival = createRivalWatch(clock);
  let endTerm = (): void => undefined;
  const stepDown = (reason: string): void => {
    endTerm();
    if (leadership.isLeader()) log.warn({ identity, reason }, "leadership lost");
    leadership.set(false);
  };
  const lead = (armed: Term): void => {
    endTerm();
    endTerm = armed.cancel;
    if (!leadership.isLeader()) log.info({ identity }, "leading");
    leadership.set(true);
  };
  const claim = async (): Promise<void> => {
    const armed = startTerm(clock, renewMs, () => stepDown("the lease could not be renewed in time"));
    const held = await lease.read();
    if (rival.holds(held, identity)) {
      armed.cancel();
      return stepDown("another replica holds the lease");
    }
    const won = await lease.write(held, renewed(held?.spec, options));
    if (won && !armed.over()) lead(armed);
    else armed.cancel();
  };
  return {
    attempt: async () => {
      try {
        await claim();
      } catch (error) {
        // Not an end of the term: it has until its own time is over.
        log.debug({ identity, reason: String(error) }, "the lease could not be asked for");
      }
    },
    leave: async () => {
      const led = leadership.isLeader();
      stepDown("stopping");
      if (led)
        await giveBack(lease, identity).catch((error: unknown) => log.debug({ reason: String(error) }, "the lease was not given back"));
    },
  };
}

interface Term {
  over(): boolean;
  cancel(): void;
}

function startTerm(clock: Clock, ms: number, end: () => void): Term {
  let over = false;
  const cancel = clock.after(ms, () => {
    over = true;
    end();
  });
  return { over: () => over, cancel };
}

interface RivalWatch {
  /** Whether another holds the lease, and its time, from when we first saw this very record, is not over. */
  holds(lease: Lease | undefined, identity: string): boolean;
}

function createRivalWatch(clock: Clock): RivalWatch {
  let seen: string | undefined;
  let over = false;
  let cancel = (): void => undefined;
  return {
    holds: (lease, identity) => {
      const { holderIdentity, leaseDurationSeconds = 15 } = lease?.spec ?? {};
      if (!holderIdentity || holderIdentity === identity) return false;
      const record = lease?.metadata.resourceVersion;
      if (record !== seen) {
        seen = record;
        over = false;
        cancel();
        cancel = clock.after(leaseDurationSeconds * 1000, () => {
          over = true;
        });
      }
      return !over;
    },
  };
}

function renewed(before: LeaseSpec | undefined, { identity, clock, leaseMs = 15_000 }: ElectionOptions): LeaseSpec {
  const now = new Date(clock.now()).toISOString().replace("Z", "000Z");
  const own = before?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(leaseMs / 1000)),
    acquireTime: own ? (before.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: (before?.leaseTransitions ?? 0) + (own || before === undefined ? 0 : 1),
  };
}

async function giveBack(lease: LeaseRecord, identity: string): Promise<void> {
  const held = await lease.read();
  if (held?.spec?.holderIdentity === identity) await lease.write(held, { ...held.spec, holderIdentity: "", leaseDurationSeconds: 1 });
}
