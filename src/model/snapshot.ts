// The immutable picture of all objects, kept as answers to facts.
//
//   Delta ──advance──► snapshot' + changed facts
//
// An object is taken apart once, into the entries of the indexes that want its kind; nothing else of it is kept, so what no
// index reads costs no memory. One change touches only the buckets of its own keys.
import { isDeepStrictEqual } from "node:util";
import { keyOf, type ObjectKey, type StoredObject } from "../api/object.ts";
import type { Change, Delta } from "../api/store.ts";
import { emptyMap, type PersistentMap } from "../base/persistent-map.ts";
import { type Fact, factOf, type Index } from "./fact.ts";

interface Held<V> {
  readonly object: ObjectKey;
  /** Decides the order of a bucket: the older object first, then by key. */
  readonly age: string;
  readonly value: V;
}

export interface Snapshot {
  readonly buckets: PersistentMap<readonly Held<unknown>[]>;
}

export const emptySnapshot: Snapshot = { buckets: emptyMap() };

/** The answer to a fact: values of all objects found under the key, the oldest object's first. */
export function answer<V>(snapshot: Snapshot, index: Index<V>, key: string): readonly V[] {
  const held = snapshot.buckets.get(factOf(index as Index<unknown>, key)) as readonly Held<V>[] | undefined;
  return held === undefined ? [] : held.map((h) => h.value);
}

/** An object that an index could not take apart: it is not found there, all else stands. */
export interface IndexFailure {
  readonly index: string;
  readonly object: ObjectKey;
  readonly error: unknown;
}

interface Context {
  readonly indexes: readonly Index<unknown>[];
  readonly changed: Set<Fact>;
  readonly failures: IndexFailure[];
}

/** Whole or not at all: half of an object's entries would mislead. */
function entriesIn(index: Index<unknown>, object: StoredObject, failures: IndexFailure[]): readonly (readonly [string, unknown])[] {
  try {
    return [...index.entries(object)];
  } catch (error) {
    failures.push({ index: index.name, object: keyOf(object), error });
    return [];
  }
}

function entriesOf({ indexes, failures }: Context, object: StoredObject | undefined): Map<Fact, unknown[]> {
  const found = new Map<Fact, unknown[]>();
  if (object === undefined) {
    return found;
  }
  for (const index of indexes.filter((i) => i.kinds.includes(object.kind))) {
    for (const [key, value] of entriesIn(index, object, failures)) {
      const fact = factOf(index, key);
      found.set(fact, [...(found.get(fact) ?? []), value]);
    }
  }
  return found;
}

const byAge = (a: Held<unknown>, b: Held<unknown>): number => (a.age < b.age ? -1 : a.age > b.age ? 1 : a.object < b.object ? -1 : 1);

function place(bucket: readonly Held<unknown>[], key: ObjectKey, held: readonly Held<unknown>[]): readonly Held<unknown>[] {
  const others = bucket.filter((h) => h.object !== key);
  if (held.length === 0) {
    return others;
  }
  return held.length === 1 && others.length === 0 ? held : [...others, ...held].sort(byAge);
}

/** Objects that say no time of creation count as old, so that a folder of YAML is ordered by name alone. */
const ageOf = (object: StoredObject | undefined): string => object?.metadata.creationTimestamp ?? "";

function applyChange(buckets: Snapshot["buckets"], key: ObjectKey, change: Change, context: Context) {
  const before = entriesOf({ ...context, failures: [] }, change.before);
  const after = entriesOf(context, change.after);
  const sameAge = ageOf(change.before) === ageOf(change.after);
  let next = buckets;
  for (const fact of new Set([...before.keys(), ...after.keys()])) {
    const values = after.get(fact) ?? [];
    if (sameAge && isDeepStrictEqual(before.get(fact) ?? [], values)) {
      continue;
    }
    const held = values.map((value) => ({ object: key, age: ageOf(change.after), value }));
    const bucket = place(next.get(fact) ?? [], key, held);
    next = bucket.length === 0 ? next.delete(fact) : next.set(fact, bucket);
    context.changed.add(fact);
  }
  return next;
}

/** Takes changes in; tells which facts may now be answered differently. Work is in proportion to the change. */
export function advance(
  snapshot: Snapshot,
  delta: Delta,
  indexes: readonly Index<unknown>[],
): { readonly snapshot: Snapshot; readonly changed: ReadonlySet<Fact>; readonly failures: readonly IndexFailure[] } {
  const context: Context = { indexes, changed: new Set(), failures: [] };
  let buckets = snapshot.buckets;
  for (const [key, change] of delta) {
    buckets = applyChange(buckets, key, change, context);
  }
  return { snapshot: { buckets }, changed: context.changed, failures: context.failures };
}
