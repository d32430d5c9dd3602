import { createBackoff } from "../source/kubernetes/backoff.ts";
import { pause } from "../source/kubernetes/pause.ts";
import type { Log } from "../source/log.ts";

/**
 * Asks the API server until it answers, later and later, up to half a minute apart: one that is away for a while ends nobody. `what`
 * names for the operator what is asked for. Rejects only at the end of `signal`, with its reason.
 */
export async function untilAnswered<T>(ask: () => Promise<T>, { what, log }: { what: string; log: Log }, signal: AbortSignal): Promise<T> {
  const backoff = createBackoff({ minMs: 250, maxMs: 30_000 });
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) continue;
      log.warn({ what, reason: String(error) }, "the API server gave no answer, it will be asked again");
      await pause(backoff.next(), signal);
    }
  }
}
