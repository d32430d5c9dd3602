import { expect, test } from "vitest";
import { canonicalQuantity, parseQuantity, quantityText } from "../../../src/base/quantity.ts";

test.each([
  ["1", 1_000_000_000n],
  ["100m", 100_000_000n],
  ["0.5", 500_000_000n],
  [".5", 500_000_000n],
  ["1.5Gi", 1536n * 1024n * 1024n * 1_000_000_000n],
  ["1e3", 1_000_000_000_000n],
  ["1E", 1_000_000_000_000_000_000_000_000_000n],
  ["12E-1", 1_200_000_000n],
  ["1n", 1n],
  ["0.0000000001", 1n],
  ["-2", -2_000_000_000n],
])("%s is an amount", (text, amount) => expect(parseQuantity(text)).toBe(amount));

test.each(["", "much", "1 Gi", "1gi", ".", "1.2.3", "0x1", "1e", "Mi"])("%j is none", (text) =>
  expect(parseQuantity(text)).toBeUndefined(),
);

// As kubectl gets back what was applied.
test.each([
  ["2000m", "2"],
  ["1024Mi", "1Gi"],
  ["1.5Gi", "1536Mi"],
  ["0.5", "500m"],
  ["1000M", "1G"],
  ["1500m", "1500m"],
  ["134217728", "134217728"],
  ["0", "0"],
  ["0Mi", "0"],
  ["1e3", "1e3"],
  ["2E", "2E"],
  ["much", "much"],
])("%s is written back as %s", (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

test("an amount that is no whole number of bytes is written in thousandths", () => {
  expect(quantityText(parseQuantity("0.5Ki") ?? 0n, "binary")).toBe("512");
  expect(quantityText(500_000_000n, "binary")).toBe("500m");
});
