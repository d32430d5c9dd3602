import { describe, expect, test } from "vitest";
import { keyOf, type StoredObject } from "../../../src/api/object.ts";
import type { Delta } from "../../../src/api/store.ts";
import type { Index } from "../../../src/model/fact.ts";
import { ALL_INDEXES } from "../../../src/model/indexes/all.ts";
import { entryEndpoints } from "../../../src/model/indexes/declared-endpoints.ts";
import { exportedServices, servicesNamed } from "../../../src/model/indexes/exported-services.ts";
import { advance, answer, emptySnapshot, type Snapshot } from "../../../src/model/snapshot.ts";
import { arrivals, replacing, stored } from "./world.ts";

const entry = (hosts: string[], address = "203.0.113.1") =>
  stored("ServiceEntry", "shop/api", {
    hosts,
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address }],
  });

test("a change of endpoints touches the fact of the endpoints and no other", () => {
  const first = advance(emptySnapshot, arrivals(entry(["a.com"])), ALL_INDEXES);
  const next = advance(first.snapshot, replacing(entry(["a.com"]), entry(["a.com"], "203.0.113.2")), ALL_INDEXES);
  expect([...next.changed]).toEqual(["endpoints-of-entry/shop/api"]);
  expect(answer(next.snapshot, entryEndpoints, "shop/api")).toEqual([[{ address: "203.0.113.2" }]]);
  expect(answer(first.snapshot, entryEndpoints, "shop/api"), "the earlier snapshot stands").toEqual([[{ address: "203.0.113.1" }]]);
});

test("a renamed host leaves its old name and arrives under the new", () => {
  const first = advance(emptySnapshot, arrivals(entry(["a.com", "b.com"])), ALL_INDEXES);
  const next = advance(first.snapshot, replacing(entry(["a.com", "b.com"]), entry(["a.com", "C.com"])), ALL_INDEXES);
  expect(answer(next.snapshot, servicesNamed, "b.com")).toEqual([]);
  expect(answer(next.snapshot, servicesNamed, "c.com").map((s) => s.name)).toEqual(["api"]);
  expect(answer(next.snapshot, exportedServices, "*").map((s) => s.host)).toEqual(["a.com", "c.com"]);
});

test("a removal empties every fact", () => {
  const first = advance(emptySnapshot, arrivals(entry(["a.com"])), ALL_INDEXES);
  const gone = advance(first.snapshot, new Map([[keyOf(entry(["a.com"])), { before: entry(["a.com"]) }]]), ALL_INDEXES);
  expect(gone.snapshot.buckets.size).toBe(0);
});

test("the older object comes first, whatever the order of arrival; same age: by key", () => {
  const named = (name: string, created?: string) =>
    stored("ServiceEntry", `shop/${name}`, { hosts: ["a.com"] }, created === undefined ? {} : { created });
  const objects = [named("young", "2026-02-01T00:00:00Z"), named("b"), named("old", "2026-01-01T00:00:00Z"), named("a")];
  for (const order of [objects, objects.toReversed()]) {
    const { snapshot } = advance(emptySnapshot, arrivals(...order), ALL_INDEXES);
    expect(answer(snapshot, servicesNamed, "a.com").map((s) => s.name)).toEqual(["a", "b", "old", "young"]);
  }
});

test("changes that come together are what they are one after the other", () => {
  const version = (name: string, host: string) => stored("ServiceEntry", `shop/${name}`, { hosts: [host, "*.com"] });
  const names = ["d", "b", "e", "a", "c"];
  const first = advance(emptySnapshot, arrivals(...names.map((name) => version(name, "a.com"))), ALL_INDEXES).snapshot;
  const changes: Delta = new Map(
    [...names, "f"].map((name, at) => {
      const before = at < names.length ? version(name, "a.com") : undefined;
      const after = at % 3 === 2 ? undefined : version(name, at % 3 === 0 ? "b.com" : "c.com");
      return [keyOf(version(name, "a.com")), { ...(before && { before }), ...(after && { after }) }] as const;
    }),
  );
  const together = advance(first, changes, ALL_INDEXES);
  let apart = first;
  for (const change of changes) apart = advance(apart, new Map([change]), ALL_INDEXES).snapshot;
  for (const host of ["a.com", "b.com", "c.com", "*.com"]) {
    expect(answer(together.snapshot, servicesNamed, host)).toEqual(answer(apart, servicesNamed, host));
  }
  expect(answer(together.snapshot, exportedServices, "*")).toEqual(answer(apart, exportedServices, "*"));
});

describe("an object that an index cannot take apart", () => {
  /** Trips over one host, after it has told of others. */
  const tripping: Index<string> = {
    name: "tripping",
    kinds: ["ServiceEntry"],
    *entries(object) {
      for (const host of (object as StoredObject<"ServiceEntry">).spec.hosts) {
        if (host === "bad.com") throw new Error("planted");
        yield [host, host];
      }
    },
  };
  const indexes = [...ALL_INDEXES, tripping];
  const hosts = (snapshot: Snapshot) => answer(snapshot, exportedServices, "*").map((s) => s.host);
  const broken = entry(["also.com", "bad.com"]);
  const other = { ...entry(["other.com"]), metadata: { ...broken.metadata, name: "other" } };

  test("is not filed at all and told; the others of the same change arrive", () => {
    const { snapshot, failures } = advance(emptySnapshot, arrivals(broken, other), indexes);
    expect(hosts(snapshot)).toEqual(["other.com"]);
    expect(answer(snapshot, tripping, "also.com")).toEqual([]);
    expect(failures).toEqual([{ index: "tripping", object: keyOf(broken), error: new Error("planted") }]);
  });

  test("stays filed as it was, until a version comes that can be taken apart", () => {
    const good = advance(emptySnapshot, arrivals(entry(["a.com"])), indexes);
    const bad = advance(good.snapshot, new Map([...replacing(entry(["a.com"]), broken), ...arrivals(other)]), indexes);
    expect(hosts(bad.snapshot)).toEqual(["a.com", "other.com"]);
    expect([...bad.changed]).not.toContain("tripping/a.com");
    const next = advance(bad.snapshot, replacing(broken, entry(["c.com"])), indexes);
    expect(hosts(next.snapshot)).toEqual(["c.com", "other.com"]);
    expect(answer(next.snapshot, tripping, "a.com")).toEqual([]);
    expect(next.failures).toEqual([]);
    expect(next.snapshot.standing.size).toBe(0);
  });

  test("leaves nothing behind when it is removed", () => {
    for (const first of [entry(["a.com"]), broken]) {
      const { snapshot } = advance(emptySnapshot, arrivals(first), indexes);
      const bad = advance(snapshot, replacing(first, broken), indexes);
      const gone = advance(bad.snapshot, new Map([[keyOf(broken), { before: broken }]]), indexes);
      expect([gone.snapshot.buckets.size, gone.snapshot.standing.size]).toEqual([0, 0]);
    }
  });
});
