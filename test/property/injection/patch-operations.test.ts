import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/injection/json-object.ts";
import { patchOperations } from "../../../src/injection/patch-operations.ts";
import { verifyPatch } from "../../../src/injection/verify-patch.ts";
import { runs, seed } from "../../soak/runs.ts";

const members = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c"), image: fc.nat(2) }, { noNullPrototype: true }), {
  maxLength: 6,
});
const lists = fc.record({ containers: members, env: members, other: members }, { requiredKeys: [], noNullPrototype: true });

test("leads from any lists to any others, also where names stand twice or in another order", () => {
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      expect(() =>
        verifyPatch(before as JsonObject, patchOperations(before as JsonObject, after as JsonObject), after as JsonObject),
      ).not.toThrow();
    }),
    { numRuns: runs({ usual: 500, soak: 200_000 }), seed: seed() },
  );
});
