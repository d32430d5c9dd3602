import type { Clock } from "../../../src/base/clock.ts";

/** A clock that moves when it is told to. */
export interface HeldClock extends Clock {
  advance(ms: number): void;
  pending(): number;
}

export function heldClock(): HeldClock {
  let now = 1_000_000;
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after: (ms, run) => {
      const task = { at: now + ms, run };
      tasks.add(task);
      return () => void tasks.delete(task);
    },
    pending: () => tasks.size,
    advance: (ms) => {
      now += ms;
      for (const task of [...tasks].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        if (tasks.delete(task)) task.run();
      }
    },
  };
}
