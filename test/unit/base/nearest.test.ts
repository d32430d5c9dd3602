import { expect, test } from "vitest";
import { nearest } from "../../../src/base/nearest.ts";

test("the name with the fewest edits, if they are few for its length", () => {
  expect(nearest("VirtualServcie", ["ServiceEntry", "VirtualService"])).toBe("VirtualService");
  expect(nearest("hosst", ["hosts", "host"])).toBe("hosts");
  expect(nearest("zone", ["ServiceEntry"])).toBeUndefined();
});

test("where not all can be compared, none that is merely like it is named", () => {
  const names = Array.from({ length: 400 }, (_, index) => `gateway-${String(index).padStart(3, "0")}`);
  expect(nearest("gatewey-350", names)).toBeUndefined();
  expect(nearest("gatewey-350", names.slice(200))).toBe("gateway-350");
  expect(nearest("gatewey-007", names)).toBe("gateway-007");
});

test("of tens of thousands of names only some are compared", () => {
  let compared = 0;
  const name = (index: number) => ({
    length: 6,
    toLowerCase: () => {
      compared += 1;
      return `name-${index % 10}`;
    },
  });
  const names = Array.from({ length: 20_000 }, (_, index) => name(index)) as unknown as readonly string[];
  expect(nearest("elsewh", names)).toBeUndefined();
  expect(compared).toBeLessThan(1_000);
});
