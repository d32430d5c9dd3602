import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../../src/main/version.ts";

test("the program says the version of its package, and both charts carry it", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(VERSION).toBe(version);
  for (const chart of ["fairlead", "gateway"]) {
    expect(readFileSync(`charts/${chart}/Chart.yaml`, "utf8"), chart).toContain(`appVersion: "${version}"`);
  }
});
