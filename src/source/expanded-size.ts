/** More values than any manifest has; beyond it every look at the object would take seconds. */
const MOST = 1_000_000;

/** Whether a value whose parts may be shared has more than a million parts, each counted as often as it is met. */
export function isTooBig(value: unknown): boolean {
  let left = MOST;
  const count = (part: unknown): void => {
    left--;
    if (typeof part !== "object" || part === null) return;
    for (const inner of Object.values(part)) {
      if (left < 0) return;
      count(inner);
    }
  };
  count(value);
  return left < 0;
}
