import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { chooseParts, PARTS } from "../../soak/parts.ts";
import { mergeRows, readReport, renderReport, type SoakRow } from "../../soak/report.ts";

const names = (...chosen: readonly string[]) => chooseParts(PARTS, chosen)?.map(({ name }) => name);

test("parts are chosen by name or by family, in their own order; a name that means nothing is told", () => {
  expect(names()).toEqual(PARTS.map(({ name }) => name));
  expect(names("validate")).toEqual(["validate"]);
  expect(names("validat")).toBeUndefined();
  expect(chooseParts([{ ...part, name: "fuzz-a" }, part], ["fuzz"])).toEqual([{ ...part, name: "fuzz-a" }]);
});

const part = { name: "x", project: "unit", file: "test/unit", minutes: 1 };

test("each part has a name of its own and tests that are there", () => {
  expect(new Set(names()).size).toBe(PARTS.length);
  for (const { file } of PARTS) expect(globSync(`${file}*`)).not.toEqual([]);
});

const row: SoakRow = {
  part: "validate",
  runs: 140_000,
  seed: 7,
  result: "FAIL: 1 of 8 tests",
  seconds: 1234,
  commit: "abc1234+",
  load: "1.0 2.0 3.0",
  date: "2026-11-28 22:00",
};

test("the report is read as it was written, and keeps the rows of parts that were not run", () => {
  const other = { ...row, part: "crds", result: "pass" };
  const report = renderReport([row, other]);
  expect(report).toContain("| validate | 140,000 | 7 | FAIL: 1 of 8 tests | 1,234 | abc1234+ | 1.0 2.0 3.0 | 2026-11-28 22:00 |");
  expect(readReport(report)).toEqual([row, other]);
  expect(mergeRows(readReport(report), [{ ...other, seed: 8 }], ["crds", "validate"])).toEqual([{ ...other, seed: 8 }, row]);
  expect(mergeRows([row], [], ["crds"])).toEqual([]);
});
