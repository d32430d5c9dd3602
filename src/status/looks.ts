import type { Clock } from "../base/clock.ts";
import { createTurns } from "../base/turns.ts";

export interface LooksOptions<K> {
  readonly clock: Clock;
  readonly look: (key: K) => void;
  /** A look that throws has a bug; the others go on. */
  readonly failed: (error: unknown) => void;
}

/** Objects are looked at in slices: who tells of one waits for nothing, though there are thousands. */
export interface Looks<K> {
  /** Looks at one in its turn; one that waits already waits once. */
  at(key: K): void;
  /** Other work between them, such as finding out what is to be looked at. */
  take(task: () => void): void;
}

/** Nothing synchronous in the controller may take 10 ms; half of that is for one slice. */
const SLICE_MS = 5;

export function createLooks<K>({ clock, look, failed }: LooksOptions<K>): Looks<K> {
  const { take } = createTurns({ clock, sliceMs: SLICE_MS, failed });
  const waiting = new Set<K>();
  return {
    take,
    at: (key) => {
      if (waiting.has(key)) return;
      waiting.add(key);
      take(() => {
        waiting.delete(key);
        look(key);
      });
    },
  };
}
