import type { Clock } from "./clock.ts";

/** Work of many streams in turn, in slices: one slice a turn of the event loop, so that it does other things too, such as answering webhooks. */
export interface Turns {
  /** Runs the task after all that were taken before it; at once while this turn's slice is not used up, but never inside the caller. */
  take(task: () => void): void;
}

export interface TurnsOptions {
  readonly clock: Clock;
  /** Longest time in one turn; a task that has begun is finished. 0: one task a turn. */
  readonly sliceMs: number;
  /** A task that throws has a bug; the others go on. */
  readonly failed: (error: unknown) => void;
}

export function createTurns({ clock, sliceMs, failed }: TurnsOptions): Turns {
  const queue: (() => void)[] = [];
  /** When the slice of this turn is used up; absent where none has begun. */
  let end: number | undefined;
  let booked = false;
  const isLeft = (): boolean => end === undefined || clock.now() < end;
  const work = (): void => {
    booked = false;
    let done = 0;
    while (done < queue.length && isLeft()) {
      end ??= beginSlice();
      runOne(queue[done++] as () => void, failed);
    }
    queue.splice(0, done);
  };
  // Tasks may come one by one, each from an event of its own, and all in one turn: the slice is theirs together.
  const beginSlice = (): number => {
    clock.after(0, () => {
      end = undefined;
      work();
    });
    return clock.now() + sliceMs;
  };
  return {
    take: (task) => {
      queue.push(task);
      if (booked || !isLeft()) return;
      booked = true;
      queueMicrotask(work);
    },
  };
}

function runOne(task: () => void, failed: (error: unknown) => void): void {
  try {
    task();
  } catch (error) {
    failed(error);
  }
}
