import { describe, expect, it, test, vi } from "vitest";
import type { GivenAddress } from "../../../../src/api/object.ts";
import { isInRange } from "../../../../src/base/address.ts";
import { automaticRange } from "../../../../src/base/automatic-ranges.ts";
import { type BookEntry, createAddressBook } from "../../../../src/status/addresses/address-book.ts";
import { addressAt, FAMILIES, familyOf, firstPlace, ipv6From, PLACES, placeOf } from "../../../../src/status/addresses/ranges.ts";
import { createRests, MOST_EXPIRED, REST_MS } from "../../../../src/status/addresses/rests.ts";

const T = Date.parse("2026-01-01T00:00:00Z");

const entry = (key: string, more: Partial<BookEntry> = {}): BookEntry => ({
  key,
  created: "2026-01-01T00:00:00Z",
  hosts: [`${key.split("/")[1]}.example.com`],
  given: [],
  written: [],
  ...more,
});
const texts = (addresses: readonly GivenAddress[]) => addresses.map(({ value, host }) => `${host} ${value}`);

/** A book whose allotments are written into statuses at once. */
function written() {
  const book = createAddressBook();
  const stored = new Map<string, BookEntry>();
  let now = T;
  const settle = (key: string): void => {
    const before = stored.get(key) as BookEntry;
    const { addresses } = book.allot(key, now);
    if (JSON.stringify(addresses) === JSON.stringify(before.given)) return;
    stored.set(key, { ...before, given: addresses });
    for (const rival of book.put(stored.get(key) as BookEntry, now)) settle(rival);
  };
  return {
    book,
    pass: (ms: number): void => {
      now += ms;
    },
    put: (after: BookEntry): readonly string[] => {
      stored.set(after.key, { ...after, given: after.given.length > 0 ? after.given : (stored.get(after.key)?.given ?? []) });
      const rivals = book.put(stored.get(after.key) as BookEntry, now);
      for (const key of [after.key, ...rivals]) settle(key);
      return texts(stored.get(after.key)?.given ?? []);
    },
    remove: (key: string): void => {
      stored.delete(key);
      book.remove(key, now);
    },
    of: (key: string): readonly string[] => texts(stored.get(key)?.given ?? []),
    values: (key: string): readonly string[] => (stored.get(key)?.given ?? []).map(({ value }) => value),
  };
}

/** The IPv4 address that an entry would have if nobody else had any. */
const firstOf = (name: string): string => addressAt(firstPlace(`${name}/${name.split("/")[1]}.example.com`));
/** All addresses of IPv4 that are given, from the first to the last. */
const all4 = (): readonly string[] => Array.from({ length: PLACES - 2 }, (_, i) => addressAt(i + 1));

/** Names of objects in one namespace whose hosts would all have the same first address. */
function colliding(count: number): readonly string[] {
  const firsts = new Map<string, string[]>();
  for (let i = 0; ; i++) {
    const name = `shop/e${i}`;
    const first = firstOf(name);
    const names = [...(firsts.get(first) ?? []), name];
    if (names.length === count) return names;
    firsts.set(first, names);
  }
}

describe("the ranges", () => {
  it("are Istio's", () => {
    expect(FAMILIES.map(automaticRange)).toEqual(["240.240.0.0/16", "2001:2::/48"]);
  });

  test.each<[string, number | undefined]>([
    ["240.240.0.0", 4],
    ["240.240.255.255", 4],
    ["240.241.0.0", undefined],
    ["2001:2::", 6],
    ["2001:2:0:ffff:ffff:ffff:ffff:ffff", 6],
    ["2001:2:1::", undefined],
    ["::ffff:240.240.0.1", undefined],
    ["shop", undefined],
  ])("hold %s: family %s", (address, family) => {
    expect(familyOf(address)).toBe(family);
  });

  it("are searched from a place that follows from the name, without the first and the last address", () => {
    const places = Array.from({ length: 10_000 }, (_, i) => firstPlace(`shop/e${i}`));
    expect(places.every((place) => place > 0 && place < PLACES - 1)).toBe(true);
    expect(new Set(places.map((place) => place >> 8)).size).toBe(256);
    expect(firstPlace("shop/e7")).toBe(places[7]);
    expect([placeOf("240.240.1.2"), addressAt(258), familyOf(addressAt(PLACES - 1))]).toEqual([258, "240.240.1.2", 4]);
    const [one = "", two = ""] = ipv6From("shop/a/a.example.com");
    expect(isInRange(one, { address: "2001:2::", prefix: 48, family: 6 }) && one !== two).toBe(true);
    expect(ipv6From("shop/a/a.example.com").next().value).toBe(one);
  });
});

describe("an entry", () => {
  it("gets two addresses for each host, in the order of hosts, the same in every book", () => {
    const [one, two] = [written(), written()];
    const both = entry("shop/a", { hosts: ["b.example.com", "A.example.com"] });
    two.put(entry("shop/other"));
    expect(one.put(both)).toEqual(two.put(both));
    expect(one.of("shop/a").map((text) => text.split(" ")[0])).toEqual([
      "b.example.com",
      "b.example.com",
      "A.example.com",
      "A.example.com",
    ]);
    expect(one.values("shop/a").map(familyOf)).toEqual([4, 6, 4, 6]);
    expect(one.put(entry("bank/a", { hosts: both.hosts }))).not.toEqual(one.of("shop/a"));
  });

  it("keeps what it has while others come and go, and while its hosts come and go", () => {
    const [first = "", second = "", third = ""] = colliding(3);
    const cluster = written();
    const [one, two] = [cluster.put(entry(first)), cluster.put(entry(second))];
    expect(two).not.toEqual(one);
    cluster.remove(first);
    expect(cluster.put(entry(second))).toEqual(two);
    cluster.put(entry(third));
    const more = entry(second, { hosts: ["new.example.com", ...entry(second).hosts] });
    expect(cluster.put(more).slice(2)).toEqual(two);
    expect(cluster.put(entry(second))).toEqual(two);
  });

  it("that says something else in other letters is the same", () => {
    const cluster = written();
    const before = cluster.put(entry("shop/a"));
    expect(cluster.put(entry("shop/a", { hosts: ["A.Example.com"] })).map((text) => text.toLowerCase())).toEqual(before);
  });

  it("keeps what others wrote, in whatever way, as far as it lies in the ranges and is nobody else's", () => {
    const cluster = written();
    const given = [
      { host: "a.example.com", value: "2001:2:0:0::0:7" },
      { host: "a.example.com", value: "241.0.0.1" },
      { host: "A.example.com", value: "240.240.0.7" },
      { host: "a.example.com", value: "240.240.0.8" },
      { host: "gone.example.com", value: "240.240.0.9" },
    ];
    expect(cluster.put(entry("shop/a", { given }))).toEqual(["a.example.com 240.240.0.7", "a.example.com 2001:2::7"]);
  });

  it("that is to have none is given none, and what it has rests once it is taken away", () => {
    const cluster = written();
    cluster.put(entry("shop/a"));
    const [value = ""] = cluster.values("shop/a");
    expect(cluster.put(entry("shop/a", { hosts: [] }))).toEqual([]);
    expect(cluster.book.count(4)).toBe(0);
    const other = entry("shop/b", { given: [] });
    cluster.put(other);
    expect(cluster.values("shop/b")).not.toContain(value);
  });
});

describe("an address that was given back", () => {
  it("is nobody else's for ten minutes, then it is", () => {
    const [first = "", second = "", third = ""] = colliding(3);
    const cluster = written();
    cluster.put(entry(first));
    const [address] = cluster.values(first);
    cluster.remove(first);
    cluster.pass(REST_MS - 1);
    cluster.put(entry(second));
    expect(cluster.values(second)).not.toContain(address);
    cluster.pass(1);
    cluster.put(entry(third));
    expect(cluster.values(third)).toContain(address);
  });

  it("is one of few that are looked at together, though thousands were given back at once", () => {
    const rests = createRests();
    for (let i = 0; i < 2 * MOST_EXPIRED + 7; i++) rests.begin(addressAt(i), "shop/a", T);
    const expired = [1, 2, 3, 4].map(() => rests.expire(T + REST_MS));
    expect(expired.map(({ length }) => length)).toEqual([MOST_EXPIRED, MOST_EXPIRED, 7, 0]);
    expect(expired[0]?.[0]).toBe(addressAt(0));
    expect(rests.of("shop/a")).toEqual([]);
  });

  it("is given again to the one that had it, though by its name another would be the first", () => {
    const [first = "", second = ""] = colliding(2);
    const cluster = written();
    cluster.put(entry(first));
    const before = cluster.put(entry(second));
    cluster.remove(first);
    cluster.pass(REST_MS);
    cluster.remove(second);
    cluster.pass(REST_MS - 1);
    expect(cluster.put(entry(second, { created: "2026-01-02T00:00:00Z" }))).toEqual(before);
  });
});

describe("an address that two have", () => {
  const given = [
    { host: "a.example.com", value: "240.240.0.7" },
    { host: "a.example.com", value: "2001:2::7" },
  ];
  const of = (key: string, created: string): BookEntry => entry(key, { created, hosts: ["a.example.com"], given });

  test.each([
    ["the older object", of("shop/z", "2026-01-01T00:00:00Z"), of("shop/a", "2026-01-02T00:00:00Z")],
    ["of equally old ones the first by name", of("shop/a", "2026-01-01T00:00:00Z"), of("shop/z", "2026-01-01T00:00:00Z")],
  ])("stays with %s, whichever comes first", (_, keeps, loses) => {
    for (const order of [
      [keeps, loses],
      [loses, keeps],
    ]) {
      const cluster = written();
      for (const each of order) cluster.put(each);
      expect(cluster.values(keeps.key)).toEqual(["240.240.0.7", "2001:2::7"]);
      for (const value of cluster.values(loses.key)) expect(["240.240.0.7", "2001:2::7"]).not.toContain(value);
    }
  });

  it("stays with the one that is to have it, though an older one has it in its status, which others wrote", () => {
    const book = createAddressBook();
    book.put({ ...of("shop/a", "2026-01-01T00:00:00Z"), hosts: [] }, T);
    book.put(of("shop/z", "2026-01-02T00:00:00Z"), T);
    expect(book.allot("shop/z", T).addresses).toEqual(given);
  });

  it("is told of by the keys of those who may have lost it, and of nobody else", () => {
    const book = createAddressBook();
    expect(book.put(of("shop/a", "2026-01-02T00:00:00Z"), T)).toEqual(new Set());
    expect(book.put(entry("shop/b"), T)).toEqual(new Set());
    expect(book.put(of("shop/c", "2026-01-01T00:00:00Z"), T)).toEqual(new Set(["shop/a"]));
  });
});

describe("an address that a user wrote by hand", () => {
  it("is not given while anyone writes it, and who has it keeps it", () => {
    const [first = "", second = ""] = colliding(2);
    const free = firstOf(first);
    const cluster = written();
    const byHand = entry("shop/hand", { hosts: [], written: [free, "10.0.0.0/8"] });
    cluster.put(byHand);
    cluster.put({ ...byHand, key: "shop/hand2" });
    cluster.remove("shop/hand2");
    cluster.put(entry(first));
    expect(cluster.values(first)).not.toContain(free);
    cluster.put({ ...byHand, written: [] });
    cluster.put(entry(second));
    expect(cluster.values(second)).toContain(free);
    cluster.put(byHand);
    cluster.put(entry(second));
    expect(cluster.values(second)).toContain(free);
  });
});

describe("the range", () => {
  it("that is used up gives none, and tells it; the other family goes on", () => {
    const book = createAddressBook();
    const given = all4().map((value, index) => ({ value, host: `h${index}.example.com` }));
    book.put(entry("shop/all", { hosts: given.map(({ host }) => host), given }), T);
    book.put(entry("shop/a"), T);
    const { addresses, exhausted } = book.allot("shop/a", T);
    expect(exhausted).toEqual(new Set([4]));
    expect(addresses.map(({ value }) => familyOf(value))).toEqual([6]);
    book.remove("shop/all", T);
    expect(book.allot("shop/a", T + REST_MS - 1).exhausted.size).toBe(1);
    expect(book.allot("shop/a", T + REST_MS).exhausted.size).toBe(0);
  });

  it("is not used up by those of its addresses that are given to nobody", () => {
    const book = createAddressBook();
    const [free = "", ...others] = all4();
    const given = ["240.240.0.0", "240.240.255.255", ...others].map((value) => ({ value, host: "all.example.com" }));
    book.put(entry("shop/all", { given }), T);
    book.put(entry("shop/a"), T);
    expect(book.allot("shop/a", T).addresses[0]?.value).toBe(free);
    const byHand = createAddressBook();
    byHand.put(entry("shop/hand", { hosts: [], written: others }), T);
    byHand.put(entry("shop/a"), T);
    byHand.put(entry("shop/b"), T);
    expect(byHand.allot("shop/a", T).addresses[0]?.value).toBe(free);
    expect(byHand.allot("shop/b", T).exhausted).toEqual(new Set([4]));
  });

  it("that has few left costs an entry of many hosts no more than one that has all", () => {
    const lookups = (taken: number): number => {
      const book = createAddressBook();
      const given = all4()
        .slice(0, taken)
        .map((value) => ({ value, host: "all.example.com" }));
      book.put(entry("shop/all", { given }), T);
      book.put(entry("shop/a", { hosts: Array.from({ length: 256 }, (_, i) => `h${i}.example.com`) }), T);
      const get = vi.spyOn(Map.prototype, "get");
      const { exhausted } = book.allot("shop/a", T);
      const { length } = get.mock.calls;
      get.mockRestore();
      expect(exhausted.size).toBe(taken > 0 ? 1 : 0);
      return length;
    };
    expect(lookups(PLACES - 2 - 65)).toBeLessThanOrEqual(lookups(0));
  });
});

describe("what was given out and never written", () => {
  it("is kept for its owner, until it stands in the status of another that is to have it", () => {
    const [first = "", second = ""] = colliding(2);
    const book = createAddressBook();
    book.put(entry(first), T);
    book.put(entry(second), T);
    const [one, two] = [book.allot(first, T), book.allot(second, T)];
    expect(two.addresses[0]?.value).not.toBe(one.addresses[0]?.value);
    expect(book.allot(first, T)).toEqual(one);
    const ofOther = { ...one.addresses[0], host: entry(second).hosts[0] } as GivenAddress;
    const younger = entry(second, { created: "2026-01-02T00:00:00Z", given: [ofOther] });
    book.put({ ...younger, hosts: [] }, T);
    expect(book.allot(first, T)).toEqual(one);
    expect(book.put(younger, T)).toEqual(new Set([first]));
    expect(book.allot(second, T).addresses[0]).toEqual(ofOther);
    expect(book.allot(first, T).addresses[0]?.value).not.toBe(ofOther.value);
    expect(book.count(4)).toBe(2);
  });

  it("goes to another host of the same entry in whose status it stands", () => {
    const book = createAddressBook();
    const hosts = ["a.example.com", "b.example.com"];
    book.put(entry("shop/a", { hosts }), T);
    const value = book.allot("shop/a", T).addresses[0]?.value ?? "";
    const given = [{ value, host: "b.example.com" }];
    book.put(entry("shop/a", { hosts, given }), T);
    expect(book.allot("shop/a", T).addresses).toContainEqual(given[0]);
  });

  it("is given back by a host in whose status another of its family stands", () => {
    const book = createAddressBook();
    book.put(entry("shop/a"), T);
    const [mine, six] = book.allot("shop/a", T).addresses;
    const given = [{ value: "240.240.0.7", host: "a.example.com" }];
    book.put(entry("shop/a", { given }), T);
    expect(book.count(4)).toBe(1);
    expect(book.allot("shop/a", T).addresses).toEqual([...given, six]);
    book.put(entry("shop/b", { created: "2025-01-01T00:00:00Z", given: [{ value: "240.240.0.7", host: "b.example.com" }] }), T);
    expect(book.allot("shop/a", T).addresses).toEqual([mine, six]);
  });
});
