import { expect, test } from "vitest";
import { complaints, format, NOTHING, type Tally } from "../../reporter/tally.ts";

const layers = (tallies: Readonly<Record<string, Partial<Tally>>>): ReadonlyMap<string, Tally> =>
  new Map(Object.entries(tallies).map(([name, tally]) => [name, { ...NOTHING, ...tally }]));

test("the closing line has one shape", () => {
  expect(format({ passed: 3, failed: 0, skipped: 1 })).toBe("3 passed, 0 failed, 1 skipped");
});

test("at home, a layer may be empty and a test skipped, but something must have run", () => {
  expect(complaints(layers({ unit: { passed: 1 }, network: { skipped: 2 } }), false)).toEqual([]);
  expect(complaints(layers({ unit: { skipped: 2 } }), false)).toEqual(["no test ran"]);
});

test("under CI, an idle layer and a skipped test are wrong", () => {
  expect(complaints(layers({ unit: { passed: 1 }, network: {} }), true)).toEqual(["layer network ran no test"]);
  expect(complaints(layers({ unit: { passed: 1, skipped: 2 } }), true)).toEqual(["2 tests were skipped, which CI does not accept"]);
  expect(complaints(layers({ unit: { failed: 1 } }), true)).toEqual([]);
});
