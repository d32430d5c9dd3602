import type { Clock } from "../base/clock.ts";
import { wait } from "./wait.ts";

export interface PaceOptions {
  readonly clock: Clock;
  readonly perSecond: number;
  /** So many may come at once after a rest. */
  readonly burst: number;
}

/** So many turns a second in the long run, some at once after a rest. */
export interface Pace {
  /** Resolves when it is one's turn, or at the end of the signal. */
  turn(signal: AbortSignal): Promise<void>;
  /** Takes a turn only if there is one now. */
  tryTurn(): boolean;
  /** No turn for so many milliseconds, as when the other side asks for it. */
  hold(ms: number): void;
}

export function createPace({ clock, perSecond, burst }: PaceOptions): Pace {
  const interval = 1000 / perSecond;
  // The time at which all turns that were given would be used up at an even pace.
  let spent = 0;
  const delay = (): number => Math.max(spent, clock.now()) - (burst - 1) * interval - clock.now();
  const take = (): void => {
    spent = Math.max(spent, clock.now()) + interval;
  };
  return {
    turn: async (signal) => {
      const ms = delay();
      take();
      if (ms > 0) await wait(clock, Math.ceil(ms), signal);
    },
    tryTurn: () => {
      if (delay() > 0) return false;
      take();
      return true;
    },
    hold: (ms) => {
      spent = Math.max(spent, clock.now() + ms + (burst - 1) * interval);
    },
  };
}
