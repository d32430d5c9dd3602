import { keyOf, type ObjectKey, type StoredObject } from "../api/object.ts";

/** Objects under the keys that they are asked for by. Taking one in or out touches its own keys alone. */
export interface Shelf<O extends StoredObject> {
  put(object: O, keys: readonly string[]): void;
  remove(object: O, keys: readonly string[]): void;
  at(key: string): readonly O[];
  count(key: string): number;
}

export function createShelf<O extends StoredObject>(): Shelf<O> {
  const byKey = new Map<string, Map<ObjectKey, O>>();
  return {
    put: (object, keys) => {
      for (const key of keys) {
        const there = byKey.get(key);
        if (there === undefined) byKey.set(key, new Map([[keyOf(object), object]]));
        else there.set(keyOf(object), object);
      }
    },
    remove: (object, keys) => {
      for (const key of keys) {
        const there = byKey.get(key);
        there?.delete(keyOf(object));
        if (there?.size === 0) byKey.delete(key);
      }
    },
    at: (key) => [...(byKey.get(key)?.values() ?? [])],
    count: (key) => byKey.get(key)?.size ?? 0,
  };
}
