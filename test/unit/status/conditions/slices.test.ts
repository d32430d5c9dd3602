import { expect, test } from "vitest";
import type { StoredObject } from "../../../../src/api/object.ts";
import { ok } from "../../../../src/base/result.ts";
import { keepStatuses } from "../../../../src/status/conditions/status-writer.ts";
import { createStoredStatuses } from "../../../../src/status/conditions/stored-statuses.ts";
import { createLeadership } from "../../../../src/status/leadership.ts";
import { spentClock } from "../../base/spent-clock.ts";
import { fakeApi, settled, silent } from "../fake-api.ts";

const OBJECTS = 200;
const PLACE = "services-named/web.shop";

/** A leader of many objects, each of which takes a millisecond to be judged; what it writes is never answered. */
function manyObjects() {
  const { clock, spend, runPlanned } = spentClock();
  const { client } = fakeApi(() => new Promise(() => undefined));
  const [statuses, leadership, end] = [createStoredStatuses(), createLeadership(), new AbortController()];
  const objects = new Map<string, StoredObject>();
  for (let i = 0; i < OBJECTS; i++) {
    const metadata = {
      name: `e-${i}`,
      namespace: "shop",
      uid: `uid-${i}`,
      generation: 1,
      resourceVersion: "1",
      labels: {},
      annotations: {},
    };
    const key = `ServiceEntry/shop/e-${i}` as never;
    const object: StoredObject = { kind: "ServiceEntry", metadata, spec: { hosts: [] } };
    objects.set(key, object);
    statuses.upsert(key, { apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata }, ok(object));
  }
  let judged = 0;
  const judge = (_: StoredObject, asked: (place: string) => void) => {
    judged++;
    spend(1);
    asked(PLACE);
    return [];
  };
  const nothing = () => undefined;
  const parts = { client, leadership, statuses, clock, judge, log: silent, count: nothing, transition: nothing };
  const writer = keepStatuses({ ...parts, object: (key) => objects.get(key) }, end.signal);
  leadership.set(true);
  return {
    touched: () => writer.touched(PLACE),
    /** How many were judged in each of the next goes of the event loop, until there is nothing left. */
    goes: async (): Promise<readonly number[]> => {
      const goes: number[] = [];
      for (let before = judged; runPlanned(); before = judged) {
        await settled();
        goes.push(judged - before);
      }
      return goes;
    },
  };
}

test("thousands of objects are judged a few at a time, when a term begins and when all of them are touched", async () => {
  const cluster = manyObjects();
  const first = await cluster.goes();
  cluster.touched();
  const again = await cluster.goes();
  for (const goes of [first, again]) {
    expect(goes.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(OBJECTS);
    // A slice, and the four that may be on their way to be written.
    expect(Math.max(...goes)).toBeLessThanOrEqual(9);
  }
});
