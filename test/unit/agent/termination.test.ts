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
    callsTaken: async () => 0,
  };
  const options = { drainMs: 5000, untilIdle, minimumMs: 2000, afterApp: false, withApp: false };
  const termination = createTermination({ options, inboundOnly: true, admin, appSockets: () => 1, clock, log: silent });
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
  const options = { drainMs: 5000, untilIdle: true, minimumMs: 0, afterApp: false, withApp: false };
  const termination = createTermination({
    options,
    inboundOnly: false,
    appSockets: () => 0,
    admin: { drain: gone, activeConnections: gone, callsTaken: gone },
    clock,
    log: silent,
  });
  const ended = termination.wait();
  await settle();
  clock.advance(0);
  await ended;
});

test("time that listeners have drained for already is not waited for again", async () => {
  const { clock, termination, state } = scripted(false, []);
  await termination.drain();
  clock.advance(4000);
  void termination.wait().then(() => {
    state.ended = true;
  });
  await settle();
  clock.advance(999);
  await settle();
  expect(state.ended).toBe(false);
  clock.advance(1);
  await settle();
  expect(state.ended).toBe(true);
});

test("beside an app that is told to end too: not before the app has had no socket and made no call for as long as connections get", async () => {
  const clock = heldClock();
  const state = { ended: false, sockets: 1, calls: 0 };
  const options = { drainMs: 5000, untilIdle: false, minimumMs: 0, afterApp: true, withApp: false };
  const admin = { drain: async () => undefined, activeConnections: async () => 0, callsTaken: async () => state.calls };
  const termination = createTermination({ options, inboundOnly: true, admin, appSockets: () => state.sockets, clock, log: silent });
  void termination.wait().then(() => {
    state.ended = true;
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      await settle();
      clock.advance(1000);
    }
    await settle();
  };
  await pass(60);
  expect(state.ended).toBe(false);
  state.sockets = 0;
  await pass(3);
  state.sockets = 2;
  await pass(1);
  state.sockets = 0;
  for (let call = 0; call < 5; call++) {
    // Short enough that no socket is seen of it.
    state.calls++;
    await pass(4);
  }
  expect(state.ended).toBe(false);
  await pass(2);
  expect(state.ended).toBe(true);
});
