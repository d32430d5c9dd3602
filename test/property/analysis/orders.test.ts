import fc from "fast-check";
import { expect, test } from "vitest";
import { createLiveWorld, createWorld } from "../../../src/analysis/live-world.ts";
import { decode } from "../../../src/api/decode.ts";
import { keyOf, type StoredObject } from "../../../src/api/object.ts";
import { judge } from "../../../src/main/judges.ts";
import { CATALOGUE } from "../../../src/telemetry/catalogue.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { runs, seed } from "../../soak/runs.ts";
import { correctSet, type Raw } from "./correct-set.ts";

function* permutations<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length === 0) yield [];
  for (const [index, first] of list.entries()) {
    for (const rest of permutations(list.toSpliced(index, 1))) yield [first, ...rest];
  }
}

function stored(raw: Raw): StoredObject {
  const decoded = decode(raw);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return decoded.value;
}

const isUnbuilt = ({ code }: Finding): boolean => code === CATALOGUE.notBuilt.code;

/** One after the other, as a user applies them; tells what was refused, and what is doubtful in the end. */
function applied(objects: readonly { readonly raw: Raw; readonly object: StoredObject }[]) {
  const world = createLiveWorld();
  const refused = objects.flatMap(({ raw, object }) => {
    const errors = judge(raw, world).filter(({ level }) => level === "error");
    world.apply(new Map([[keyOf(object), { after: object }]]));
    return errors;
  });
  return { refused, left: objects.flatMap(({ raw }) => judge(raw, world).map(placed)) };
}

const placed = ({ code, path }: Finding): string => `${code} ${path}`;

test("a correct set is accepted in every order, and nothing is told in the end but which fields of each are not built", {
  timeout: 180_000,
}, () => {
  const check = (set: readonly Raw[]) => {
    const objects = set.map((raw) => ({ raw, object: stored(raw), unbuilt: judge(raw).filter(isUnbuilt).map(placed) }));
    for (const order of permutations(objects)) {
      expect(applied(order)).toEqual({ refused: [], left: order.flatMap(({ unbuilt }) => unbuilt) });
    }
  };
  fc.assert(fc.property(correctSet, check), { seed: seed(), numRuns: runs({ usual: 8, soak: 400 }) });
});

test("the order in which objects came and went makes no difference to what is told of one", () => {
  const sets = fc.array(correctSet, { minLength: 1, maxLength: 3 });
  const check = (all: readonly (readonly Raw[])[], steps: readonly number[]) => {
    const raws = all.flat();
    const objects = raws.map(stored);
    const live = createLiveWorld();
    const there = new Map<string, StoredObject>();
    for (const step of steps) {
      const object = objects[step % objects.length] as StoredObject;
      const key = keyOf(object);
      const after = there.has(key) ? undefined : object;
      live.apply(new Map([[key, after === undefined ? {} : { after }]]));
      if (after === undefined) there.delete(key);
      else there.set(key, after);
    }
    const world = createWorld([...there.values()]);
    for (const raw of raws) expect(judge(raw, live)).toEqual(judge(raw, world));
  };
  fc.assert(fc.property(sets, fc.array(fc.nat(1_000), { maxLength: 60 }), check), {
    seed: seed(),
    numRuns: runs({ usual: 100, soak: 20_000 }),
  });
});
