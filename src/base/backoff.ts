/** Growing pauses between attempts, with jitter, so that a herd which lost the same server does not come back in step. */
export interface Backoff {
  /** The next pause in milliseconds: between half of the step and the whole of it; the step then doubles, up to the most. */
  next(): number;
  /** After success. */
  reset(): void;
}

export interface BackoffOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export function createBackoff({ minMs, maxMs, random }: BackoffOptions): Backoff {
  let step = minMs;
  return {
    next: () => {
      const pause = step * (0.5 + random() / 2);
      step = Math.min(maxMs, step * 2);
      return pause;
    },
    reset: () => {
      step = minMs;
    },
  };
}
