/** A clock that whoever works uses up; what is planned runs when told, whatever is planned meanwhile the next time. */
export function spentClock() {
  let now = 0;
  let planned: (() => void)[] = [];
  return {
    clock: {
      now: () => now,
      after: (_: number, task: () => void) => {
        planned.push(task);
        return () => undefined;
      },
    },
    spend: (ms: number): void => {
      now += ms;
    },
    /** Returns whether there was any. */
    runPlanned: (): boolean => {
      const due = planned;
      planned = [];
      for (const task of due) task();
      return due.length > 0;
    },
  };
}
