import { expect, test } from "vitest";
import { createSubscriptions } from "../../../src/agent/subscriptions.ts";

test("a name that two owners want is asked for once, and given up when the last one lets go", () => {
  const subscriptions = createSubscriptions();
  expect(subscriptions.add("one", "t", ["a", "b"]).subscribe).toEqual(["a", "b"]);
  expect(subscriptions.add("two", "t", ["b", "c"]).subscribe).toEqual(["c"]);
  expect(subscriptions.remove("one", "t", ["a", "b"]).unsubscribe).toEqual(["a"]);
  expect(subscriptions.drop("two").get("t")?.unsubscribe).toEqual(["b", "c"]);
});

test("the union tells the wildcard from names, and leaves the owners' wishes as they are", () => {
  const subscriptions = createSubscriptions();
  subscriptions.add("one", "t", ["*", "a"]);
  expect(subscriptions.union().get("t")).toEqual({ wildcard: true, names: new Set(["a"]) });
  expect(subscriptions.union().get("t")?.wildcard).toBe(true);
  expect(subscriptions.covers("one", "t", "any")).toBe(true);
  expect(subscriptions.covers("two", "t", "a")).toBe(false);
});
