import { setTimeout as sleep } from "node:timers/promises";

/** A start that hears the signal has so long to clear up; one that waits for what does not come is left behind. */
const START_GRACE_MS = 1_000;
/** Kubernetes kills after 30 s; what cannot end by then (a lease that cannot be given back) ends with the process. */
const STOP_GRACE_MS = 10_000;

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Aborts on TERM and INT; a second signal ends the process at once. */
function untilTold(): AbortController {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        process.exit(1);
      }
      controller.abort();
    });
  }
  return controller;
}

/**
 * Runs a server until TERM or INT, also while it is still starting; resolves to 0. `start` puts what it started on `started`, which
 * is ended in the reverse order. A start that fails rejects, when all that had started by then is ended. Whoever called exits then:
 * a start that was left behind may still hold something open.
 */
export async function runUntilStopped(start: (signal: AbortSignal, started: AsyncDisposableStack) => Promise<void>): Promise<number> {
  const controller = untilTold();
  const { signal } = controller;
  const started = new AsyncDisposableStack();
  const end = () => Promise.race([started.disposeAsync(), sleep(STOP_GRACE_MS)]);
  try {
    await Promise.race([start(signal, started), stopped(signal).then(() => sleep(START_GRACE_MS))]);
  } catch (error) {
    if (!signal.aborted) {
      controller.abort();
      await end().catch(() => undefined);
      throw error;
    }
  }
  await stopped(signal);
  await end();
  return 0;
}
