/** Aborts on TERM and INT; a second signal ends the process at once. */
export function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        process.exit(1);
      }
      controller.abort();
    });
  }
  return controller.signal;
}

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
