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
  /** Objects that could not be taken apart → what is filed of them: the version before, or nothing. */
  readonly standing: PersistentMap<Standing>;
}

interface Standing {
  readonly object?: StoredObject;
}

export const emptySnapshot: Snapshot = { buckets: emptyMap(), standing: emptyMap() };

/** The answer to a fact: values of all objects found under the key, the oldest object's first. */
export function answer<V>(snapshot: Snapshot, index: Index<V>, key: string): readonly V[] {
  const held = snapshot.buckets.get(factOf(index as Index<unknown>, key)) as readonly Held<V>[] | undefined;
  return held === undefined ? [] : held.map((h) => h.value);
}

/** How many values a fact has. */
export function countOf(snapshot: Snapshot, index: Index<unknown>, key: string): number {
  return snapshot.buckets.get(factOf(index, key))?.length ?? 0;
}

/**
 * Answers as they would be with this object in place of its version in the snapshot. Nothing is filed: its entries are made when asked
 * for. `age` is the time of its creation.
 */
export function answerWith(object: StoredObject, age: string): <V>(snapshot: Snapshot, index: Index<V>, key: string) => readonly V[] {
  const own = keyOf(object);
  const filings = new Map<string, Entries>();
  const entriesFor = (index: Index<unknown>): Entries => {
    const known = filings.get(index.name);
    if (known !== undefined) return known;
    const found = new Map<Fact, unknown[]>();
    fill(found, index, object);
    filings.set(index.name, found);
    return found;
  };
  return <V>(snapshot: Snapshot, index: Index<V>, key: string) => {
    if (!index.kinds.includes(object.kind)) return answer(snapshot, index, key);
    const fact = factOf(index as Index<unknown>, key);
    const held = (entriesFor(index as Index<unknown>).get(fact) ?? []).map((value) => ({ object: own, age, value }));
    return place(snapshot.buckets.get(fact) ?? [], new Set([own]), held).map(({ value }) => value as V);
  };
}

/** An object that an index could not take apart: what was filed of it before stands, and so does all else. */
export interface IndexFailure {
  readonly index: string;
  readonly object: ObjectKey;
  readonly error: unknown;
}

interface Context {
  readonly indexes: readonly Index<unknown>[];
  readonly failures: IndexFailure[];
}

type Entries = ReadonlyMap<Fact, readonly unknown[]>;

const NO_ENTRIES: Entries = new Map();

/** All entries or none, since half of them would mislead; none where an index throws. */
function entriesOf({ indexes, failures }: Context, key: ObjectKey, object: StoredObject | undefined): Entries | undefined {
  if (object === undefined) return NO_ENTRIES;
  const found = new Map<Fact, unknown[]>();
  for (const index of indexes.filter((i) => i.kinds.includes(object.kind))) {
    try {
      fill(found, index, object);
    } catch (error) {
      failures.push({ index: index.name, object: key, error });
      return undefined;
    }
  }
  return found;
}

function fill(found: Map<Fact, unknown[]>, index: Index<unknown>, object: StoredObject): void {
  for (const [key, value] of index.entries(object)) {
    const fact = factOf(index, key);
    const values = found.get(fact);
    if (values === undefined) found.set(fact, [value]);
    else values.push(value);
  }
}

const byAge = (a: Held<unknown>, b: Held<unknown>): number => (a.age < b.age ? -1 : a.age > b.age ? 1 : a.object < b.object ? -1 : 1);

/** A bucket in which these objects have these entries, and no others of theirs. */
function place(
  bucket: readonly Held<unknown>[],
  objects: ReadonlySet<ObjectKey>,
  held: readonly Held<unknown>[],
): readonly Held<unknown>[] {
  const others = bucket.filter(({ object }) => !objects.has(object));
  if (held.length === 0) return others;
  return held.length === 1 && others.length === 0 ? held : [...others, ...held].sort(byAge);
}

/** Objects that say no time of creation count as old, so that a folder of YAML is ordered by name alone. */
const ageOf = (object: StoredObject | undefined): string => object?.metadata.creationTimestamp ?? "";

/** What is filed of an object now: its version before, unless that one could not be taken apart. */
function filed({ standing }: Snapshot, key: ObjectKey, change: Change): StoredObject | undefined {
  const held = standing.get(key);
  return held === undefined ? change.before : held.object;
}

/** What one object is filed with under one fact from now on. */
interface Filing {
  readonly key: ObjectKey;
  readonly age: string;
  readonly values: readonly unknown[];
}

type Filings = Map<Fact, Filing[]>;

/** Adds to `filings` what one change files anew; returns which objects could not be taken apart. */
function takeApart(
  snapshot: Snapshot,
  [key, change]: readonly [ObjectKey, Change],
  context: Context & { filings: Filings },
): Snapshot["standing"] {
  const { after } = change;
  const { standing } = snapshot;
  const before = filed(snapshot, key, change);
  const next = entriesOf(context, key, after);
  if (next === undefined) return standing.set(key, before === undefined ? {} : { object: before });
  const then = entriesOf({ ...context, failures: [] }, key, before) ?? NO_ENTRIES;
  const sameAge = ageOf(before) === ageOf(after);
  for (const fact of new Set([...then.keys(), ...next.keys()])) {
    const values = next.get(fact) ?? [];
    if (sameAge && isDeepStrictEqual(then.get(fact) ?? [], values)) continue;
    const filings = context.filings.get(fact) ?? [];
    filings.push({ key, age: ageOf(after), values });
    context.filings.set(fact, filings);
  }
  return standing.delete(key);
}

function refile(buckets: Snapshot["buckets"], fact: Fact, filings: readonly Filing[]): Snapshot["buckets"] {
  const held = filings.flatMap(({ key, age, values }) => values.map((value) => ({ object: key, age, value })));
  const bucket = place(buckets.get(fact) ?? [], new Set(filings.map(({ key }) => key)), held);
  return bucket.length === 0 ? buckets.delete(fact) : buckets.set(fact, bucket);
}

/**
 * Takes changes in; tells which facts may now be answered differently. Work is in proportion to the change: a bucket is made anew once, however
 * many objects of the delta are in it.
 */
export function advance(
  snapshot: Snapshot,
  delta: Delta,
  indexes: readonly Index<unknown>[],
): { readonly snapshot: Snapshot; readonly changed: ReadonlySet<Fact>; readonly failures: readonly IndexFailure[] } {
  const context = { indexes, failures: [] as IndexFailure[], filings: new Map() as Filings };
  let { standing, buckets } = snapshot;
  for (const change of delta) standing = takeApart({ buckets, standing }, change, context);
  for (const [fact, filings] of context.filings) buckets = refile(buckets, fact, filings);
  return { snapshot: { buckets, standing }, changed: new Set(context.filings.keys()), failures: context.failures };
}
