import { expect, test } from "vitest";
import { keyOf } from "../../../src/api/object.ts";
import { ALL_INDEXES } from "../../../src/model/indexes/all.ts";
import { entryEndpoints } from "../../../src/model/indexes/declared-endpoints.ts";
import { exportedServices, servicesNamed } from "../../../src/model/indexes/exported-services.ts";
import { advance, answer, emptySnapshot } from "../../../src/model/snapshot.ts";
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

test("an object that an index cannot take apart is missing there and told; the others of the same change arrive", () => {
  const broken = { ...entry(["bad.com"]), metadata: { ...entry([]).metadata, name: "broken" }, spec: {} as never };
  const { snapshot, failures } = advance(emptySnapshot, arrivals(broken, entry(["a.com"])), ALL_INDEXES);
  expect(answer(snapshot, exportedServices, "*").map((s) => s.host)).toEqual(["a.com"]);
  expect(new Set(failures.map(({ object }) => object))).toEqual(new Set([keyOf(broken)]));
  expect(failures.map(({ index }) => index)).toContain("services-named");
});
