import fc from "fast-check";
import { expect, test } from "vitest";
import { isInRange } from "../../../src/base/address.ts";
import { AUTOMATIC_RANGES, isAutomaticAddress } from "../../../src/base/automatic-ranges.ts";

test.each<[string, boolean]>([
  ["240.240.0.0", true],
  ["240.240.255.255", true],
  ["240.241.0.0", false],
  ["240.240.0.256", false],
  ["240.240.0.1.example.com", false],
  ["2001:2::", true],
  ["2001:2::1.2.3.4", true],
  ["2001:0002:0000:ffff:ffff:ffff:ffff:ffff", true],
  ["2001:2:0:0:0:0:0:A", true],
  ["2001:2:00::1", true],
  ["2001:2:1::", false],
  ["2001:20::", false],
  ["2001::2:0:0:1", false],
  ["2001:2::1::2", false],
  ["2001:2::1%eth0", false],
  ["::ffff:240.240.0.1", false],
  ["shop.example.com", false],
  ["", false],
])("%s: %s", (address, expected) => {
  expect(isAutomaticAddress(address)).toBe(expected);
});

test("what lies in one of the ranges and what does not, however it is written", () => {
  const group = fc.constantFrom("0", "00", "0000", "2", "02", "0002", "1", "2001", "20", "ffff", "", "240.240.0.1");
  const six = fc.array(group, { minLength: 2, maxLength: 8 }).map((groups) => groups.join(":"));
  const begun = fc.tuple(fc.constantFrom("2001:2:", "2001:0002:"), six).map((parts) => parts.join(""));
  const part = fc.constantFrom("240", "0", "255", "256", "00", "");
  const four = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join("."));
  fc.assert(
    fc.property(fc.oneof(six, begun, four), (address) => {
      const expected = isInRange(address, AUTOMATIC_RANGES[4]) || isInRange(address, AUTOMATIC_RANGES[6]);
      expect(isAutomaticAddress(address)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
