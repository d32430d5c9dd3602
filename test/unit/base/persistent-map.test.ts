import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyMap } from "../../../src/base/persistent-map.ts";

test("behaves like a Map under any sequence of sets and deletes, and never changes an earlier version", () => {
  const key = fc.oneof(fc.string(), fc.constantFrom("a", "b", "c"));
  const step = fc.oneof(fc.record({ key, value: fc.integer() }), fc.record({ key }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const model = new Map<string, number>();
      let map = emptyMap<number>();
      for (const s of steps) {
        const before = [...map.entries()].length;
        const next = "value" in s ? map.set(s.key, s.value) : map.delete(s.key);
        expect([...map.entries()].length).toBe(before);
        map = next;
        "value" in s ? model.set(s.key, s.value) : model.delete(s.key);
      }
      expect(map.size).toBe(model.size);
      expect(new Map(map.entries())).toEqual(model);
    }),
  );
});

test("keeps keys apart whose hashes share long prefixes", () => {
  let map = emptyMap<number>();
  for (let i = 0; i < 20_000; i++) {
    map = map.set(`host-${i}.example.com`, i);
  }
  expect(map.size).toBe(20_000);
  expect(map.get("host-19999.example.com")).toBe(19_999);
  expect(map.delete("host-7.example.com").get("host-7.example.com")).toBeUndefined();
  expect(map.get("host-7.example.com")).toBe(7);
});
