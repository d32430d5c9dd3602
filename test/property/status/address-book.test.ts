// Whatever comes, goes, is renamed, labelled, copied or written by others, in whatever order, and however often the leader changes: no two hosts
// that are to have addresses share one, an address that was given stays while its host is to have it, and one that was given back is nobody
// else's while it rests.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GivenAddress } from "../../../src/api/object.ts";
import { type AddressBook, type BookEntry, createAddressBook } from "../../../src/status/addresses/address-book.ts";
import { FAMILIES, firstPlace } from "../../../src/status/addresses/ranges.ts";
import { REST_MS } from "../../../src/status/addresses/rests.ts";

/** Objects in one namespace whose first hosts would all have the same address of IPv4, so that they are in each other's way. */
const NAMES = ((): readonly string[] => {
  const firsts = new Map<number, string[]>();
  for (let i = 0; ; i++) {
    const first = firstPlace(`shop/e${i}/one`);
    const names = [...(firsts.get(first) ?? []), `shop/e${i}`];
    firsts.set(first, names);
    if (names.length === 4) return names;
  }
})();
const HOSTS = ["one", "two", "Two", "three"];

const name = fc.constantFrom(...NAMES);
const hosts = fc.uniqueArray(fc.constantFrom(...HOSTS), { selector: (host) => host.toLowerCase(), maxLength: 3 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("put" as const), name, hosts: fc.oneof(fc.constant(["one"]), hosts) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), name }) },
  // A status that comes from somewhere else: another object's, as from a backup, or nothing.
  { weight: 2, arbitrary: fc.record({ do: fc.constant("copy" as const), name, from: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wipe" as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("write by hand" as const), name, of: name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, REST_MS / 2, REST_MS - 1, REST_MS) }) },
  // The one that followed leads, or one that has just begun.
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lead" as const), begun: fc.boolean() }) },
  // Nothing is written for a while, as when the API server is away.
  { weight: 2, arbitrary: fc.record({ do: fc.constant("away" as const), away: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Cluster {
  readonly stored: Map<string, BookEntry>;
  /** The one that leads, and one that follows. */
  books: readonly [AddressBook, AddressBook];
  now: number;
  away: boolean;
  /** Addresses that were seen in statuses and left them, by whom and when. */
  readonly left: Map<string, { readonly owner: string; readonly at: number }>;
  /** Statuses when they were last what they should be. */
  settled: ReadonlyMap<string, BookEntry>;
  /** Owners who since then were not to have addresses for a while, or in whose status somebody else meddled, or whose addresses an older one got. */
  readonly disturbed: Set<string>;
}

const owners = ({ key, given }: BookEntry) => given.map(({ value, host }) => ({ owner: `${key}/${host.toLowerCase()}`, value }));
const wanting = ({ key, hosts: named }: BookEntry) => named.map((host) => `${key}/${host.toLowerCase()}`);
const holding = (cluster: Cluster) => [...cluster.stored.values()].flatMap(owners);

/** The API server stores an entry, and every replica is told. */
function store(cluster: Cluster, entry: BookEntry): readonly string[] {
  const before = cluster.stored.get(entry.key);
  cluster.stored.set(entry.key, entry);
  noteLeft(cluster, before);
  return cluster.books.flatMap((book) => [...book.put(entry, cluster.now)]);
}

function remove(cluster: Cluster, key: string): void {
  const before = cluster.stored.get(key);
  cluster.stored.delete(key);
  noteLeft(cluster, before);
  for (const book of cluster.books) book.remove(key, cluster.now);
}

function noteLeft(cluster: Cluster, before: BookEntry | undefined): void {
  const held = new Set(holding(cluster).map(({ value }) => value));
  for (const { owner, value } of before === undefined ? [] : owners(before)) {
    if (!held.has(value)) cluster.left.set(value, { owner, at: cluster.now });
  }
}

/** The leader brings all statuses to what they should be, and so on until nothing is left to do; what it wants to write may get nowhere. */
function settle(cluster: Cluster): void {
  for (let round = 0; round < 5; round++) {
    const due = [...cluster.stored.values()].filter((entry) => writeOne(cluster, entry));
    if (due.length === 0 || cluster.away) return;
  }
  expect.unreachable("it never ends");
}

/** Whether there was something to write. */
function writeOne(cluster: Cluster, entry: BookEntry): boolean {
  const { addresses, exhausted } = cluster.books[0].allot(entry.key, cluster.now);
  expect(exhausted.size).toBe(0);
  if (JSON.stringify(addresses) === JSON.stringify(entry.given)) return false;
  if (cluster.away) return true;
  const before = new Set(entry.given.map(({ value }) => value));
  for (const { owner, value } of owners({ ...entry, given: addresses })) if (!before.has(value)) expectFree(cluster, owner, value);
  store(cluster, { ...entry, given: addresses });
  return true;
}

/** An address that is given to somebody anew is nobody's, and rests for nobody else. */
function expectFree(cluster: Cluster, owner: string, value: string): void {
  expect(
    holding(cluster).filter((held) => held.value === value && held.owner !== owner),
    `${value} is given to ${owner}`,
  ).toEqual([]);
  const left = cluster.left.get(value);
  if (left !== undefined && left.owner !== owner)
    expect(cluster.now - left.at, `${value} rests for ${left.owner}, not ${owner}`).toBeGreaterThanOrEqual(REST_MS);
}

type Change = { readonly [S in Step as S["do"]]: (cluster: Cluster, step: S) => void };

const CHANGES: Change = {
  put: (cluster, { name: key, hosts: named }) => {
    const before = cluster.stored.get(key);
    const created = before?.created ?? new Date(cluster.now).toISOString();
    store(cluster, { key, created, hosts: named, given: before?.given ?? [], written: [] });
  },
  remove: (cluster, { name: key }) => remove(cluster, key),
  copy: (cluster, { name: key, from }) => {
    const [target, source] = [cluster.stored.get(key), cluster.stored.get(from)];
    if (target === undefined || source === undefined) return;
    if (target.created <= source.created) for (const owner of wanting(source)) cluster.disturbed.add(owner);
    putGiven(
      cluster,
      target,
      source.given.map(({ value }) => ({ value, host: "one" })),
    );
  },
  wipe: (cluster, { name: key }) => {
    const entry = cluster.stored.get(key);
    if (entry !== undefined) putGiven(cluster, entry, []);
  },
  "write by hand": (cluster, { name: key, of }) => {
    const entry = cluster.stored.get(key);
    const written = cluster.stored.get(of)?.given.map(({ value }) => value) ?? [];
    if (entry !== undefined) store(cluster, { ...entry, hosts: [], written });
  },
  pass: (cluster, { ms }) => {
    cluster.now += ms;
  },
  away: (cluster, { away }) => {
    cluster.away = away;
  },
  lead: (cluster, { begun }) => lead(cluster, begun),
};

function change(cluster: Cluster, step: Step): void {
  (CHANGES[step.do] as (cluster: Cluster, step: Step) => void)(cluster, step);
  const wanted = new Set([...cluster.stored.values()].flatMap(wanting));
  for (const owner of [...cluster.settled.values()].flatMap(wanting)) if (!wanted.has(owner)) cluster.disturbed.add(owner);
}

function putGiven(cluster: Cluster, entry: BookEntry, given: readonly GivenAddress[]): void {
  for (const owner of wanting(entry)) cluster.disturbed.add(owner);
  store(cluster, { ...entry, given });
}

function lead(cluster: Cluster, begun: boolean): void {
  const next = begun ? createAddressBook() : cluster.books[1];
  if (begun) {
    for (const entry of cluster.stored.values()) next.put(entry, cluster.now);
    // What rests is in the memory of those who have seen it.
    cluster.left.clear();
    cluster.books = [next, createAddressBook()];
    for (const entry of cluster.stored.values()) cluster.books[1].put(entry, cluster.now);
  } else cluster.books = [next, cluster.books[0]];
}

/** Each host that is to have addresses has one of each family, and nobody else has it. */
function expectDistinct(cluster: Cluster): void {
  const wanted = new Set([...cluster.stored.values()].flatMap(wanting));
  const held = holding(cluster).filter(({ owner }) => wanted.has(owner));
  expect(held).toHaveLength(wanted.size * FAMILIES.length);
  expect(new Set(held.map(({ value }) => value)).size, "two share an address").toBe(held.length);
}

/** Who had addresses, and was to have them all the time since, has the same ones. */
function expectKept(cluster: Cluster): void {
  const now = new Set(holding(cluster).map(({ owner, value }) => `${owner} ${value}`));
  for (const { owner, value } of [...cluster.settled.values()].flatMap(owners)) {
    if (!cluster.disturbed.has(owner)) expect(now, "an address changed").toContain(`${owner} ${value}`);
  }
}

test("no two share an address, what was given stays, and what was given back rests", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const cluster: Cluster = {
        ...{ stored: new Map(), books: [createAddressBook(), createAddressBook()], now: Date.parse("2026-01-01T00:00:00Z"), away: false },
        ...{ left: new Map(), settled: new Map(), disturbed: new Set() },
      };
      for (const each of steps) {
        change(cluster, each);
        settle(cluster);
        if (cluster.away) continue;
        expectDistinct(cluster);
        expectKept(cluster);
        cluster.settled = new Map(cluster.stored);
        cluster.disturbed.clear();
      }
    }),
    { numRuns: 500 },
  );
});
