import { expect, test } from "vitest";
import { createUndecidedNames } from "../../../src/agent/undecided-names.ts";
import type { DeltaRequest } from "../../../src/rpc/delta-request.ts";
import { heldClock } from "./held-clock.ts";

const request = (more: Partial<DeltaRequest>): DeltaRequest => ({
  typeUrl: "t",
  subscribe: [],
  unsubscribe: [],
  initialVersions: new Map(),
  nonce: "",
  ...more,
});

test("what can be answered passes, the rest follows when it is decided", () => {
  const undecided = createUndecidedNames(heldClock(), () => {});
  const passed = undecided.hold(request({ subscribe: ["a", "b"] }), ["a", "b"], (name) => name === "a");
  expect(passed?.subscribe).toEqual(["a"]);
  expect(undecided.release("t", () => false)).toEqual([]);
  expect(undecided.release("t", () => true).map((one) => one.subscribe)).toEqual([["b"]]);
  expect(undecided.typeUrls()).toEqual([]);
});

test("a first request of which nothing is decided is kept whole, with the versions it told", () => {
  const undecided = createUndecidedNames(heldClock(), () => {});
  const first = request({ subscribe: ["a"], initialVersions: new Map([["a", "v1"]]) });
  expect(undecided.hold(first, ["a"], () => false)).toBeUndefined();
  expect(undecided.release("t", () => true)[0]?.initialVersions.get("a")).toBe("v1");
});

test("an acknowledgement passes though the names beside it are kept", () => {
  const undecided = createUndecidedNames(heldClock(), () => {});
  expect(undecided.hold(request({ subscribe: ["a"], nonce: "7" }), ["a"], () => false)).toMatchObject({ nonce: "7", subscribe: [] });
});

test("what Envoy no longer wants is not answered, and patience ends", () => {
  const clock = heldClock();
  const expired: string[] = [];
  const undecided = createUndecidedNames(clock, (typeUrl) => expired.push(typeUrl));
  undecided.hold(request({ subscribe: ["a", "b"] }), ["a", "b"], () => false);
  undecided.hold(request({ subscribe: [], unsubscribe: ["a"] }), [], () => false);
  clock.advance(3000);
  expect(expired).toEqual(["t"]);
  expect(undecided.release("t", () => true).map((one) => one.subscribe)).toEqual([["b"]]);
});
