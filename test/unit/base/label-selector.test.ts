import { expect, test } from "vitest";
import { fitsSelector, type LabelSelector } from "../../../src/base/label-selector.ts";

const labels = { app: "web", tier: "front" };

test.each<[LabelSelector, boolean]>([
  [{}, true],
  [{ matchLabels: { app: "web" } }, true],
  [{ matchLabels: { app: "web", tier: "back" } }, false],
  [{ matchExpressions: [{ key: "app", operator: "In", values: ["web", "api"] }] }, true],
  [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false],
  [{ matchExpressions: [{ key: "absent", operator: "NotIn", values: ["web"] }] }, true],
  [{ matchExpressions: [{ key: "absent", operator: "In" }] }, false],
  [{ matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
  [{ matchExpressions: [{ key: "constructor", operator: "Exists" }] }, false],
  [{ matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
])("%j", (selector, fits) => {
  expect(fitsSelector(selector, labels)).toBe(fits);
});
