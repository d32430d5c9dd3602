import { expect, test } from "vitest";
import { createBackoff } from "../../../src/base/backoff.ts";

test("pauses double up to the most, between half a step and a whole one, and begin anew after a reset", () => {
  const shortest = createBackoff({ minMs: 100, maxMs: 500, random: () => 0 });
  expect([1, 2, 3, 4, 5].map(() => shortest.next())).toEqual([50, 100, 200, 250, 250]);
  shortest.reset();
  expect(shortest.next()).toBe(50);
  const longest = createBackoff({ minMs: 100, maxMs: 500, random: () => 1 });
  expect([1, 2, 3, 4].map(() => longest.next())).toEqual([100, 200, 400, 500]);
});
