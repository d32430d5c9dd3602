import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/injection/json-object.ts";
import type { PatchOperation } from "../../../src/injection/patch-operations.ts";
import { verifyPatch } from "../../../src/injection/verify-patch.ts";

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(Object.freeze(value))) frozen(inner);
  return value;
}

const pod = (containers: readonly JsonObject[]): JsonObject => ({ metadata: { labels: {} }, spec: { containers } });
const app = (more: JsonObject = {}): JsonObject => ({ name: "app", env: [{ name: "A", value: "1" }], ...more });
const proxy = (more: JsonObject = {}): JsonObject => ({ name: "istio-proxy", ...more });

/** What is applied, each to a pod of one container `app`, and what comes of it. */
const RIGHT: readonly (readonly [string, readonly PatchOperation[], JsonObject])[] = [
  ["nothing", [], pod([app()])],
  [
    "a member, then a field inside of it",
    [
      { op: "add", path: "/spec/containers/0", value: proxy() },
      { op: "add", path: "/spec/containers/0/image", value: "auto" },
    ],
    pod([proxy({ image: "auto" }), app()]),
  ],
  [
    "a member before the one that is changed",
    [
      { op: "add", path: "/spec/containers/0", value: proxy() },
      { op: "replace", path: "/spec/containers/1/env/0/value", value: "2" },
    ],
    pod([proxy(), app({ env: [{ name: "A", value: "2" }] })]),
  ],
  ["a removal", [{ op: "remove", path: "/spec/containers/0/env/0" }], pod([app({ env: [] })])],
];

describe("a patch", () => {
  it.each(RIGHT)("that does what was meant passes, and changes neither pod nor patch: %s", (_, patch, meant) => {
    verifyPatch(frozen(pod([app()])), frozen(patch), frozen(meant));
  });

  it.each(RIGHT)("that does something else is a bug: %s", (_, patch) => {
    const other = pod([app({ env: [{ name: "A", value: "3" }] })]);
    expect(() => verifyPatch(pod([app()]), patch, other)).toThrow("does not lead to the pod that was meant");
  });

  it("that cannot be applied is a bug", () => {
    expect(() => verifyPatch(pod([app()]), [{ op: "add", path: "/spec/containers/7", value: proxy() }], pod([app(), proxy()]))).toThrow();
  });
});
