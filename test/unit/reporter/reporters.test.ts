import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { plantedProject } from "../tools/planted-project.ts";

const CONFIG = `export default { test: { passWithNoTests: true, projects: ["unit", "network"].map((name) => (
  { extends: true, test: { name, include: [name + "/*.test.js"] } })) } };\n`;

interface Run {
  readonly status: number | null;
  readonly lines: readonly string[];
}

interface Options {
  readonly ci?: boolean;
  readonly args?: readonly string[];
}

function vitest(reporter: string, files: Readonly<Record<string, string>>, { ci = false, args: more = [] }: Options = {}): Run {
  const root = plantedProject({ "vitest.config.mjs": CONFIG, "package.json": '{ "type": "module" }', ...files });
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  const args = [resolve("node_modules/vitest/vitest.mjs"), "run", "--reporter", resolve("test/reporter", reporter), ...more];
  const env = { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...(ci ? { CI: "true" } : {}) };
  const done = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  return { status: done.status, lines: done.stdout.trimEnd().split("\n") };
}

const file = (...tests: readonly string[]): string => `import { expect, test } from "vitest";\n${tests.join("\n")}\n`;
const PASS = 'test("C1 · passes", () => {});';
const FAIL = 'test("C2 · fails", () => { expect(1).toBe(2); });';
const SKIP = 'test.skip("C3 · waits", () => {});';

test("layers: all passed", () => {
  const { status, lines } = vitest("layers.ts", { "unit/a.test.js": file(PASS), "network/b.test.js": file(PASS) }, { ci: true });
  expect([status, lines.at(-1)]).toEqual([0, "2 passed, 0 failed, 0 skipped"]);
});

test("layers: a failed test, a file that does not load and an error outside any test fail the run", () => {
  const { status, lines } = vitest("layers.ts", {
    "unit/a.test.js": file(PASS, FAIL),
    "unit/b.test.js": 'import "./nowhere.js";\n',
    "unit/c.test.js": file(
      PASS,
      'setTimeout(() => { throw new Error("late"); }, 1);',
      "await new Promise((done) => setTimeout(done, 50));",
    ),
  });
  expect([status, lines.at(-1)]).toEqual([1, "2 passed, 3 failed, 0 skipped"]);
});

test("layers: a skipped test and an idle layer pass at home and fail under CI", () => {
  const files = { "unit/a.test.js": file(PASS, SKIP) };
  expect(vitest("layers.ts", files)).toMatchObject({ status: 0 });
  const { status, lines } = vitest("layers.ts", files, { ci: true });
  expect([status, lines.at(-1)]).toEqual([1, "1 passed, 2 failed, 1 skipped"]);
  expect(lines).toContain("  layer network ran no test");
});

test("layers: a run without tests is no pass", () => {
  expect(vitest("layers.ts", {})).toMatchObject({ status: 1 });
});

test("rows: a line a row, the worst of its tests, then the counts of rows", () => {
  const { status, lines } = vitest("rows.ts", {
    "unit/a.test.js": file(PASS, 'test("C1 · passes again", () => {});', 'test("C2 · passes", () => {});', FAIL, SKIP),
  });
  expect(lines.map((line) => line.replace(/\d+\.\d+s/, "0.0s"))).toEqual([
    "C1 pass 0.0s",
    "C2 fail 0.0s",
    "C3 skip 0.0s",
    "1 passed, 1 failed, 1 skipped",
  ]);
  expect(status).toBe(1);
});

test("rows: a file whose preparation failed is a failed row", () => {
  const broken = `import { beforeAll, test } from "vitest";\nbeforeAll(() => { throw new Error("no network"); });\n${PASS}\n`;
  const { status, lines } = vitest("rows.ts", { "unit/a.test.js": broken });
  expect([status, lines]).toEqual([1, ["C1 fail 0.0s", "0 passed, 1 failed, 0 skipped"]]);
});

test("rows: chosen rows are run and reported, the others are not mentioned", () => {
  const files = { "unit/a.test.js": file(PASS, FAIL, SKIP) };
  const { status, lines } = vitest("rows.ts", files, { args: ["--testNamePattern", "(^| )(C1)( |$)"] });
  expect([status, lines.map((line) => line.replace(/\d+\.\d+s/, "0.0s"))]).toEqual([0, ["C1 pass 0.0s", "1 passed, 0 failed, 0 skipped"]]);
});
