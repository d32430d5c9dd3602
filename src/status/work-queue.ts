import type { Clock } from "../base/clock.ts";
import { type Backoff, createBackoff } from "../source/kubernetes/backoff.ts";
import type { Log } from "../source/log.ts";

export interface WorkQueueOptions {
  /** Brings one thing, named by its key, to what it should be; asked again, later and later, while it throws. */
  readonly task: (key: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Level-triggered work: a key stands for a thing to look at, not for what happened to it, and waits at most once. */
export interface WorkQueue {
  add(key: string): void;
}

const AT_ONCE = 4;

export function createWorkQueue({ task, clock, log, signal }: WorkQueueOptions): WorkQueue {
  const waiting = new Set<string>();
  const running = new Set<string>();
  const backoffs = new Map<string, Backoff>();
  const retry = (key: string, error: unknown): void => {
    const backoff = backoffs.get(key) ?? createBackoff({ minMs: 200, maxMs: 30_000 });
    backoffs.set(key, backoff);
    log.warn({ key, reason: String(error) }, "could not be brought to what it should be, will be tried again");
    clock.after(backoff.next(), () => add(key));
  };
  const run = async (key: string): Promise<void> => {
    running.add(key);
    try {
      await task(key);
      backoffs.delete(key);
    } catch (error) {
      if (!signal.aborted) retry(key, error);
    }
    running.delete(key);
    next();
  };
  const next = (): void => {
    for (const key of waiting) {
      if (running.size >= AT_ONCE || signal.aborted) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      void run(key);
    }
  };
  const add = (key: string): void => {
    waiting.add(key);
    next();
  };
  return { add };
}
