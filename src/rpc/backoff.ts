/** Waiting times between attempts: doubling up to a limit, each drawn from the upper half so that a herd spreads out. */
export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  /** After success. */
  reset(): void;
}

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export function createBackoff(options: BackoffOptions): Backoff {
  let step = options.firstMs;
  return {
    next: () => {
      const wait = step * (0.5 + options.random() / 2);
      step = Math.min(step * 2, options.maxMs);
      return wait;
    },
    reset: () => {
      step = options.firstMs;
    },
  };
}
