import { expect, test } from "vitest";
import { checkManners } from "../../../tools/lint/manners.ts";
import { plantedProject } from "./planted-project.ts";

const problemsOf = (path: string, text: string): readonly string[] => checkManners(plantedProject({ [path]: text })).problems;

test.each(["src/model/utils.ts", "src/model/helpers/x.ts", "src/common/x.ts", "src/api/types.ts"])("%s is a drawer", (path) => {
  expect(problemsOf(path, "export const x = 1;\n")).toEqual([expect.stringContaining("drawer")]);
});

test("a barrel is refused", () => {
  expect(problemsOf("src/model/index.ts", 'export { a } from "./a.ts";\nexport * from "./b.ts";\n')).toEqual([
    expect.stringContaining("passes on"),
  ]);
});

test.each(["let counter = 0;", "export let counter = 0;", "const seen = new Set<string>();", "const cache = new WeakMap();"])(
  "%s at the top of a module is refused",
  (text) => {
    expect(problemsOf("src/model/x.ts", `${text}\n`)).toEqual([expect.stringContaining("mutable state of the module")]);
  },
);

test.each([
  'import { readFileSync } from "node:fs";',
  'import type { Stats } from "node:fs/promises";',
  'import { spawn } from "node:child_process";',
  "export const home = (): unknown => process.env.HOME;",
  "export const now = (): number => Date.now();",
  "export const now = (): Date => new Date();",
  "export const later = (): unknown => setTimeout(() => 1, 5);",
  "export const often = (): unknown => globalThis.setInterval(() => 1, 5);",
])("%s touches the world, and only where that is allowed", (text) => {
  expect(problemsOf("src/model/x.ts", `${text}\n`)).toEqual([expect.stringContaining("belongs to src/main")]);
  expect(problemsOf("src/agent/x.ts", `${text}\n`)).toEqual([]);
});

test.each([
  "const table = new Map([[1, 2]]);",
  "const NONE: ReadonlySet<string> = new Set();",
  "export const at = (): Date => new Date(5);",
])("%s is fine", (text) => {
  expect(problemsOf("src/model/x.ts", `${text}\n`)).toEqual([]);
});

test("nothing checked is not a pass", () => {
  expect(checkManners(plantedProject({ "src/x.txt": "" })).problems).toEqual(["checked no file: the check itself is broken"]);
});
