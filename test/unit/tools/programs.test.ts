import { copyFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { checkBiome, checkDeadCode, checkTypes } from "../../../tools/lint/programs.ts";
import { plantedProject } from "./planted-project.ts";

const TSCONFIG = '{ "extends": "./base.json", "include": ["src"] }';

/** A project with the house's own configuration and installed packages. */
function projectWith(files: Readonly<Record<string, string>>, ...configuration: readonly string[]): string {
  const root = plantedProject({
    "package.json": '{\n  "name": "planted",\n  "type": "module"\n}\n',
    ".gitignore": "node_modules\n",
    ...files,
  });
  for (const name of configuration) {
    copyFileSync(resolve(name), join(root, name === "tsconfig.json" ? "base.json" : name));
  }
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  return root;
}

test.each([
  ["noFloatingPromises", "async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n"],
  ["noExplicitAny", "export const x = (a: any): void => a;\n"],
  ["noUnusedImports", 'import { a } from "./a.ts";\n\nexport const x = 1;\n'],
  ["useImportType", 'import { Buffer } from "node:buffer";\n\nexport type X = Buffer;\n'],
  [
    "noExcessiveCognitiveComplexity",
    `export function f(a: number): number {\n${"  if (a > 1) {\n    if (a > 2) {\n      return a > 3 ? 1 : 2;\n    }\n  }\n".repeat(4)}  return a;\n}\n`,
  ],
  ["format", "export const x  = 1\n"],
])("biome: %s", (rule, text) => {
  const { checked, problems } = checkBiome(projectWith({ "src/x.ts": text, "src/a.ts": "export const a = 1;\n" }, "biome.json"));
  expect(checked).toBeGreaterThan(0);
  expect(problems.join()).toContain(rule);
});

test("biome: clean code passes, and no code does not", () => {
  expect(checkBiome(projectWith({ "src/x.ts": "export const x = 1;\n" }, "biome.json")).problems).toEqual([]);
  expect(checkBiome(plantedProject({ "note.unknown": "" })).problems).not.toEqual([]);
});

test.each([
  ["exactOptionalPropertyTypes", "export const x: { a?: number } = { a: undefined };\n"],
  ["noUncheckedIndexedAccess", "export const x = (list: number[]): number => list[0];\n"],
  ["erasableSyntaxOnly", "export enum E { A }\n"],
])("types: %s", (rule, text) => {
  const { problems } = checkTypes(projectWith({ "src/x.ts": text, "tsconfig.json": TSCONFIG }, "tsconfig.json"));
  expect(problems.join(), rule).toMatch(/src\/x\.ts\(1,\d+\): error/);
});

test("types: clean code passes, and no code does not", () => {
  expect(checkTypes(projectWith({ "src/x.ts": "export const x = 1;\n", "tsconfig.json": TSCONFIG }, "tsconfig.json"))).toMatchObject({
    checked: 1,
    problems: [],
  });
  expect(checkTypes(projectWith({ "tsconfig.json": TSCONFIG }, "tsconfig.json")).problems).not.toEqual([]);
});

test("dead code: an unused export and a file that nothing reaches", () => {
  const files = {
    "src/main/cli.ts": 'import { used } from "../base/x.ts";\n\nconsole.log(used);\n',
    "src/base/x.ts": "export const used = 1;\nexport const unused = 2;\n",
    "src/base/lost.ts": "export const lost = 1;\n",
    "tsconfig.json": TSCONFIG,
  };
  const { checked, problems } = checkDeadCode(projectWith(files, "knip.json", "tsconfig.json"));
  expect(checked).toBeGreaterThan(2);
  expect(problems).toContainEqual(expect.stringMatching(/x\.ts:2: unused: /));
  expect(problems).toContainEqual(expect.stringContaining("lost.ts: no program"));
  expect(problems.join()).not.toContain("used: 1");
});
