/** Runs one task again and again when woken, never twice at a time; whoever wakes it while it runs gets one more round. */
export interface Rounds {
  /** Asks for a round after so many milliseconds; one that is due already stands. */
  wake(ms: number): void;
  /** Until now nothing runs. */
  open(): void;
  stop(): void;
}

export function createRounds(task: () => Promise<void>): Rounds {
  let state: "closed" | "idle" | "running" | "stopped" = "closed";
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const wake = (ms: number): void => {
    if (state === "idle") timer ??= setTimeout(() => void round(), ms);
    else again = true;
  };
  const rest = (): void => {
    if (state === "stopped") return;
    state = "idle";
    if (again) wake(0);
    again = false;
  };
  const round = async (): Promise<void> => {
    timer = undefined;
    state = "running";
    await task();
    rest();
  };
  return {
    wake,
    open: rest,
    stop: () => {
      state = "stopped";
      clearTimeout(timer);
    },
  };
}
