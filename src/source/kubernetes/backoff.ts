export interface BackoffOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Growing pauses with jitter, so that replicas which lost the same server do not come back in step. */
export interface Backoff {
  /** The next pause in milliseconds: between half of and the whole step, which doubles. */
  next(): number;
  reset(): void;
}

export function createBackoff({ minMs, maxMs, random = Math.random }: BackoffOptions): Backoff {
  let step = minMs;
  return {
    next: () => {
      const pause = step / 2 + (random() * step) / 2;
      step = Math.min(maxMs, step * 2);
      return pause;
    },
    reset: () => {
      step = minMs;
    },
  };
}
