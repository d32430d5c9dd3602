import { type Backoff, createBackoff as createPureBackoff } from "../../base/backoff.ts";

export type { Backoff };

/** Pauses for the API server, drawn with the machine's own randomness: replicas that lost it together come back apart. */
export function createBackoff(steps: { readonly minMs: number; readonly maxMs: number }): Backoff {
  return createPureBackoff({ ...steps, random: Math.random });
}
