// The next free place, found by words, is the one that is found by looking at one place after another.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlaces } from "../../../src/status/addresses/places.ts";
import { PLACES } from "../../../src/status/addresses/ranges.ts";

/** Places that lie about the borders of words, and about both ends. */
const place = fc.oneof(
  fc.constantFrom(0, 1, 2, 30, 31, 32, 33, 63, 64, PLACES - 34, PLACES - 33, PLACES - 32, PLACES - 2, PLACES - 1),
  fc.nat({ max: PLACES - 1 }),
);
const run = fc.record({ take: fc.boolean(), from: place, count: fc.constantFrom(1, 1, 31, 70, PLACES - 3, PLACES) });

/** One byte a place; the first and the last are never free. */
function createPlain() {
  const free = new Uint8Array(PLACES).fill(1, 1, PLACES - 1);
  return {
    set: (from: number, to: number, take: boolean): void => void free.fill(take ? 0 : 1, Math.max(from, 1), Math.min(to, PLACES - 1)),
    next: (from: number): number | undefined => [free.indexOf(1, from), free.indexOf(1)].find((at) => at >= 0),
  };
}

test("the next free place", () => {
  fc.assert(
    fc.property(fc.array(run), fc.array(place, { minLength: 1 }), (changes, questions) => {
      const [places, plain] = [createPlaces(), createPlain()];
      for (const { take, from, count } of changes) {
        const to = Math.min(from + count, PLACES);
        for (let at = from; at < to; at++) places[take ? "take" : "free"](at);
        plain.set(from, to, take);
      }
      for (const from of questions) expect(places.next(from)).toBe(plain.next(from));
    }),
  );
});
