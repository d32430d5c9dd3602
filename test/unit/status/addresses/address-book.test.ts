import { describe, expect, it, test } from "vitest";
import type { GivenAddress } from "../../../../src/api/object.ts";
import { isInRange } from "../../../../src/base/address.ts";
import { type BookEntry, createAddressBook } from "../../../../src/status/addresses/address-book.ts";
import { addressesFrom, FAMILIES, familyOf, rangeText } from "../../../../src/status/addresses/ranges.ts";
import { REST_MS } from "../../../../src/status/addresses/rests.ts";

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

/** Names of objects in one namespace whose hosts would all have the same first address. */
function colliding(count: number): readonly string[] {
  const firsts = new Map<string, string[]>();
  for (let i = 0; ; i++) {
    const name = `shop/e${i}`;
    const [first = ""] = addressesFrom(`${name}/e${i}.example.com`, 4);
    const names = [...(firsts.get(first) ?? []), name];
    if (names.length === count) return names;
    firsts.set(first, names);
  }
}

describe("the ranges", () => {
  it("are Istio's", () => {
    expect(FAMILIES.map(rangeText)).toEqual(["240.240.0.0/16", "2001:2::/48"]);
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

  it("are gone through once from a place that follows from the name, without the first and the last address", () => {
    const all = [...addressesFrom("shop/a/a.example.com", 4)];
    expect(new Set(all).size).toBe(65_534);
    expect(all).not.toContain("240.240.0.0");
    expect(all).not.toContain("240.240.255.255");
    expect(all.every((each) => familyOf(each) === 4)).toBe(true);
    expect([...addressesFrom("shop/a/a.example.com", 4)]).toEqual(all);
    expect(addressesFrom("shop/b/b.example.com", 4).next().value).not.toBe(all[0]);
    const [one = "", two = ""] = addressesFrom("shop/a/a.example.com", 6);
    expect(isInRange(one, { address: "2001:2::", prefix: 48, family: 6 }) && one !== two).toBe(true);
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
    const [free = ""] = addressesFrom(`${first}/${first.split("/")[1]}.example.com`, 4);
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
    const given = [...addressesFrom("all", 4)].map((value, index) => ({ value, host: `h${index}.example.com` }));
    book.put(entry("shop/all", { hosts: given.map(({ host }) => host), given }), T);
    book.put(entry("shop/a"), T);
    const { addresses, exhausted } = book.allot("shop/a", T);
    expect(exhausted).toEqual(new Set([4]));
    expect(addresses.map(({ value }) => familyOf(value))).toEqual([6]);
    book.remove("shop/all", T);
    expect(book.allot("shop/a", T + REST_MS - 1).exhausted.size).toBe(1);
    expect(book.allot("shop/a", T + REST_MS).exhausted.size).toBe(0);
  });
});

describe("what was given out and never written", () => {
  it("is kept for its owner, until another may have led", () => {
    const [first = "", second = ""] = colliding(2);
    const book = createAddressBook();
    book.put(entry(first), T);
    book.put(entry(second), T);
    const [one, two] = [book.allot(first, T), book.allot(second, T)];
    expect(two.addresses[0]?.value).not.toBe(one.addresses[0]?.value);
    expect(book.allot(first, T)).toEqual(one);
    book.forgetUnwritten(T);
    const ofOther = { ...one.addresses[0], host: entry(second).hosts[0] } as GivenAddress;
    book.put(entry(second, { given: [ofOther] }), T);
    expect(book.allot(second, T).addresses[0]).toEqual(ofOther);
    expect(book.allot(first, T).addresses[0]?.value).not.toBe(ofOther.value);
  });
});
