// Who knows the name of a rule finds its file.
import { globSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { ANALYSIS_RULES } from "../../../src/analysis/analysis-rules.ts";
import { isJsonObject } from "../../../src/api/json-kind.ts";
import { RULES } from "../../../src/validation/rules.ts";

const SOURCE = resolve(import.meta.dirname, "../../../src");

/** Ids of the rules that a file exports. */
async function idsIn(root: string, file: string): Promise<readonly unknown[]> {
  const exported = (await import(pathToFileURL(resolve(root, file)).href)) as Readonly<Record<string, unknown>>;
  const rules = Object.values(exported).filter((value) => isJsonObject(value) && typeof value["check"] === "function" && "kinds" in value);
  return rules.map((rule) => (rule as { id: unknown }).id);
}

describe.each([
  ["validation", RULES],
  ["analysis", ANALYSIS_RULES],
] as const)("rules of src/%s", (folder, rules) => {
  it("are one a file, named by its path, and all of them are asked", async () => {
    const root = resolve(SOURCE, folder);
    const files = globSync("**/*.ts", { cwd: root });
    const found = await Promise.all(files.map(async (file) => ({ path: file.slice(0, -".ts".length), ids: await idsIn(root, file) })));
    const holding = found.filter(({ ids }) => ids.length > 0);
    expect(holding.length).toBeGreaterThan(30);
    expect(holding.filter(({ path, ids }) => ids.length !== 1 || ids[0] !== path)).toEqual([]);
    expect(rules.map(({ id }) => id).toSorted()).toEqual(holding.map(({ path }) => path).toSorted());
  });
});
