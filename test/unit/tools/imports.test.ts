import { expect, test } from "vitest";
import { checkImports } from "../../../tools/lint/imports.ts";
import { plantedProject } from "./planted-project.ts";

const GOOD = { "src/base/a.ts": "export const a = 1;\n", "src/model/b.ts": 'import { a } from "../base/a.ts";\nexport const b = a;\n' };

const packaged = (name: string): Readonly<Record<string, string>> => ({
  [`node_modules/${name}/package.json`]: `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }`,
  [`node_modules/${name}/index.js`]: "module.exports = 1;\n",
});

test("a file may import from a lower rank and from its own folder", async () => {
  const report = await checkImports(plantedProject(GOOD));
  expect(report).toEqual({ checked: 2, problems: [] });
});

test.each<{ rule: string; files: Readonly<Record<string, string>> }>([
  { rule: "rank-base", files: { "src/base/c.ts": 'import { b } from "../model/b.ts";\nexport const c = b;\n' } },
  { rule: "rank-base", files: { "src/base/c.ts": 'import type { b } from "../model/b.ts";\nexport type C = typeof b;\n' } },
  { rule: "rank-source", files: { "src/source/c.ts": 'import { b } from "../model/b.ts";\nexport const c = b;\n' } },
  { rule: "folder-without-rank", files: { "src/attic/c.ts": 'import { a } from "../base/a.ts";\nexport const c = a;\n' } },
  {
    rule: "pin-express",
    files: { ...packaged("express"), "src/model/c.ts": 'import express from "express";\nexport const c = express;\n' },
  },
  {
    rule: "package-without-pin",
    files: { ...packaged("left-pad"), "src/model/c.ts": 'import pad from "left-pad";\nexport const c = pad;\n' },
  },
  { rule: "no-unresolved", files: { "src/model/c.ts": 'import { z } from "./nowhere.ts";\nexport const c = z;\n' } },
  {
    rule: "no-cycle",
    files: {
      "src/model/c.ts": 'import { d } from "./d.ts";\nexport const c = (): unknown => d;\n',
      "src/model/d.ts": 'import { c } from "./c.ts";\nexport const d = (): unknown => c;\n',
    },
  },
  {
    rule: "agent-knows-one-schema",
    files: { "src/api/se.ts": "export const se = 1;\n", "src/agent/c.ts": 'import { se } from "../api/se.ts";\nexport const c = se;\n' },
  },
  {
    rule: "agent-bundle-stays-small",
    files: {
      "src/main/step.ts": 'import { b } from "../model/b.ts";\nexport const step = b;\n',
      "src/main/agent.ts": 'import { step } from "./step.ts";\nexport const agent = step;\n',
    },
  },
  {
    rule: "product-without-tests",
    files: { "tools/x.ts": "export const x = 1;\n", "src/main/c.ts": 'import { x } from "../../tools/x.ts";\nexport const c = x;\n' },
  },
])("$rule is refused, with its reason", async ({ rule, files }) => {
  const { problems } = await checkImports(plantedProject({ ...GOOD, ...files }));
  expect(problems).toContainEqual(expect.stringMatching(new RegExp(`${rule} \\(.{20,}\\)`)));
});

test("a house without modules does not pass", async () => {
  const { checked, problems } = await checkImports(plantedProject({ "src/note.txt": "" }));
  expect(checked).toBe(0);
  expect(problems).toEqual(["checked no module: the check itself is broken"]);
});
