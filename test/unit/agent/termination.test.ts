import { expect, test } from "vitest";
import { createTermination } from "../../../src/agent/termination.ts";
import { heldClock } from "./held-clock.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Lets everything that is due run, without time passing. */
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

function scripted(untilIdle: boolean, active: number[]) {
  const clock = heldClock();
  const drained: boolean[] = [];
  const admin = {
    drain: async (inboundOnly: boolean) => void drained.push(inboundOnly),
    activeConnections: async () => active.shift() ?? 0,
  };
  const options = { drainMs: 5000, untilIdle, minimumMs: 2000 };
  const termination = createTermination({ options, inboundOnly: true, admin, clock, log: silent });
  const state = { ended: false };
  return { clock, drained, termination, state };
}

test("drains once, however often it is asked, and gives connections their time", async () => {
  const { clock, drained, termination, state } = scripted(false, []);
  await termination.drain();
  expect(termination.draining()).toBe(true);
  void termination.wait().then(() => {
    state.ended = true;
  });
  await settle();
  clock.advance(4999);
  await settle();
  expect(state.ended).toBe(false);
  clock.advance(1);
  await settle();
  expect(state.ended).toBe(true);
  expect(drained).toEqual([true]);
});

test("until idle: not before the minimum, then as soon as the last connection is gone", async () => {
  const { clock, termination, state } = scripted(true, [2, 1, 0]);
  void termination.wait().then(() => {
    state.ended = true;
  });
  for (const [ms, ended] of [
    [2000, false],
    [1000, false],
    [1000, true],
  ] as const) {
    await settle();
    clock.advance(ms);
    await settle();
    expect(state.ended).toBe(ended);
  }
});

test("an Envoy that does not answer holds nothing up", async () => {
  const clock = heldClock();
  const gone = async (): Promise<never> => {
    throw new Error("ECONNREFUSED");
  };
  const options = { drainMs: 5000, untilIdle: true, minimumMs: 0 };
  const termination = createTermination({
    options,
    inboundOnly: false,
    admin: { drain: gone, activeConnections: gone },
    clock,
    log: silent,
  });
  const ended = termination.wait();
  await settle();
  clock.advance(0);
  await ended;
});
