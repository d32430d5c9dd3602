import { expect, it } from "vitest";
import { createPace } from "../../../src/status/pace.ts";
import { heldClock } from "../xds/held-clock.ts";
import { settled } from "./fake-api.ts";

const never = new AbortController().signal;

it("gives some turns at once and the rest evenly, and rests", async () => {
  const clock = heldClock(0);
  const pace = createPace({ clock, perSecond: 10, burst: 3 });
  let turns = 0;
  for (let i = 0; i < 6; i++) void pace.turn(never).then(() => turns++);
  await settled();
  expect(turns).toBe(3);
  for (const expected of [4, 5, 6]) {
    clock.move(100);
    await settled();
    expect(turns).toBe(expected);
  }
  expect(pace.tryTurn()).toBe(false);
  clock.move(1_000);
  expect([1, 2, 3, 4].map(() => pace.tryTurn())).toEqual([true, true, true, false]);
});

it("gives none while it is held, and after that evenly", () => {
  const clock = heldClock(0);
  const pace = createPace({ clock, perSecond: 10, burst: 3 });
  pace.hold(2_000);
  clock.move(1_999);
  expect(pace.tryTurn()).toBe(false);
  clock.move(1);
  expect([pace.tryTurn(), pace.tryTurn()]).toEqual([true, false]);
});

it("waits no longer than the signal", async () => {
  const end = new AbortController();
  const pace = createPace({ clock: heldClock(0), perSecond: 1, burst: 1 });
  await pace.turn(end.signal);
  const waiting = pace.turn(end.signal);
  end.abort();
  await waiting;
});
