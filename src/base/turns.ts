import type { Clock } from "./clock.ts";

/** Work of many streams in turn, in slices: between two slices the event loop does other things, such as answering webhooks. */
export interface Turns {
  /** Runs the task after all that were taken before it; at once when the queue is empty, but never inside the caller. */
  take(task: () => void): void;
}

export interface TurnsOptions {
  readonly clock: Clock;
  /** Longest time in one go; a task that has begun is finished. */
  readonly sliceMs: number;
  /** A task that throws has a bug; the others go on. */
  readonly failed: (error: unknown) => void;
}

export function createTurns(options: TurnsOptions): Turns {
  const queue: (() => void)[] = [];
  let planned = false;
  const runSlice = () => {
    const end = options.clock.now() + options.sliceMs;
    let done = 0;
    while (done < queue.length && (done === 0 || options.clock.now() < end)) runOne(queue[done++] as () => void, options.failed);
    queue.splice(0, done);
    planned = queue.length > 0;
    if (planned) options.clock.after(0, runSlice);
  };
  return {
    take: (task) => {
      queue.push(task);
      if (planned) return;
      planned = true;
      queueMicrotask(runSlice);
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
