import { setTimeout as sleep } from "node:timers/promises";

/** Waits, or ends early with the signal; never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Ended: who waits looks at the signal.
  }
}
