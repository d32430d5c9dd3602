import { expect, test } from "vitest";
import { createTurns } from "../../../src/base/turns.ts";

test("tasks run in order, none inside its caller, and between slices the loop is free", async () => {
  let now = 0;
  const later: (() => void)[] = [];
  const failures: unknown[] = [];
  const after = (_: number, task: () => void) => {
    later.push(task);
    return () => undefined;
  };
  const clock = { now: () => now, after };
  const turns = createTurns({ clock, sliceMs: 5, failed: (error) => void failures.push(error) });
  const ran: number[] = [];
  for (let i = 0; i < 10; i++) {
    turns.take(() => {
      ran.push(i);
      now += 2;
      if (i === 1) throw new Error("bug");
    });
  }
  expect(ran).toEqual([]);
  await Promise.resolve();
  expect(ran).toEqual([0, 1, 2]);
  expect(failures).toHaveLength(1);
  while (later.length > 0) later.shift()?.();
  expect(ran).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
