/** A clock that stands until it is moved. */
export function heldClock(start: number) {
  let now = start;
  const planned = new Map<() => void, number>();
  return {
    now: () => now,
    after: (ms: number, task: () => void) => {
      planned.set(task, now + ms);
      return () => planned.delete(task);
    },
    move: (ms: number) => {
      now += ms;
      for (const [task, at] of planned) {
        if (at <= now && planned.delete(task)) task();
      }
    },
    planned: () => planned.size,
  };
}
