import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import { type Election, runLeaderElection } from "../../../src/status/leader-election.ts";
import type { Lease, LeaseRecord } from "../../../src/status/lease.ts";
import { memoryLog } from "../../api-server/collected.ts";

/** A clock that a test moves; promises get their turns in between. */
function heldClock() {
  let now = 0;
  let timers: { at: number; task: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (ms, task) => {
      const timer = { at: now + ms, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const advance = async (ms: number): Promise<void> => {
    const end = now + ms;
    await turns();
    for (;;) {
      const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      now = due.at;
      timers = timers.filter((timer) => timer !== due);
      due.task();
      await turns();
    }
    now = end;
  };
  return { clock, advance };
}

/** The one lease of an API server, guarded by versions, with faults on demand for one replica. */
function leaseServer() {
  let lease: Lease | undefined;
  let version = 0;
  const down = new Set<string>();
  const record = (who: string): LeaseRecord => ({
    read: async () => {
      if (down.has(who)) throw new Error("no route to host");
      return lease;
    },
    write: async (before, spec) => {
      if (down.has(who)) throw new Error("no route to host");
      if (before?.metadata.resourceVersion !== lease?.metadata.resourceVersion) return false;
      lease = { metadata: { name: "l", namespace: "n", resourceVersion: String(++version) }, spec };
      return true;
    },
  });
  return { record, down, holder: () => lease?.spec?.holderIdentity };
}

function replicas(names: readonly string[]) {
  const { clock, advance } = heldClock();
  const server = leaseServer();
  const all = new Map<string, Election & { stop(): void }>();
  const history: string[] = [];
  for (const identity of names) {
    const ending = new AbortController();
    const election = runLeaderElection({ lease: server.record(identity), identity, clock, log: memoryLog() }, ending.signal);
    election.onChange((leads) => {
      history.push(`${identity} ${leads ? "leads" : "ends"}`);
      expect([...all.values()].filter((one) => one.isLeader()).length).toBeLessThanOrEqual(1);
    });
    all.set(identity, Object.assign(election, { stop: () => ending.abort() }));
  }
  const leaders = (): string[] => [...all].filter(([, one]) => one.isLeader()).map(([name]) => name);
  return { advance, server, history, leaders, of: (name: string) => all.get(name) as Election & { stop(): void } };
}

test("one of three leads, and goes on leading", async () => {
  const { advance, leaders, history } = replicas(["a", "b", "c"]);
  await advance(1_000);
  const [first] = leaders();
  await advance(600_000);
  expect(leaders()).toEqual([first]);
  expect(history).toEqual([`${first} leads`]);
});

test("a leader that is cut off steps down before another begins", async () => {
  const { advance, server, history, leaders } = replicas(["a", "b"]);
  await advance(1_000);
  const [first = ""] = leaders();
  server.down.add(first);
  await advance(11_000);
  expect(leaders()).toEqual([]);
  await advance(10_000);
  const [second] = leaders();
  expect(second).not.toBe(first);
  expect(history).toEqual([`${first} leads`, `${first} ends`, `${second} leads`]);
  server.down.delete(first);
  await advance(60_000);
  expect(leaders()).toEqual([second]);
});

test("a leader that stops gives the lease back, and the other begins at its next attempt", async () => {
  const { advance, leaders, of, server } = replicas(["a", "b"]);
  await advance(1_000);
  const [first = ""] = leaders();
  of(first).stop();
  await advance(0);
  expect(server.holder()).toBe("");
  await advance(2_500);
  expect(leaders()).toHaveLength(1);
  expect(leaders()).not.toContain(first);
});

test("an answer that comes after the term is over does not make a leader", async () => {
  const { clock, advance } = heldClock();
  let answer = (_: boolean): void => undefined;
  const slow: LeaseRecord = {
    read: async () => undefined,
    write: () => new Promise((resolve) => (answer = resolve)),
  };
  const election = runLeaderElection({ lease: slow, identity: "a", clock, log: memoryLog() }, new AbortController().signal);
  await advance(10_001);
  answer(true);
  await advance(0);
  expect(election.isLeader()).toBe(false);
});
