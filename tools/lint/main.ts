// `make lint`: every checker runs, whatever the others found; the last line counts them like tests.
import { resolve } from "node:path";
import { checkBudgets } from "./budgets.ts";
import { checkImports } from "./imports.ts";
import { checkManners } from "./manners.ts";
import { checkBiome, checkDeadCode, checkTypes } from "./programs.ts";
import type { Report } from "./report.ts";

type Checker = (root: string) => Report | Promise<Report>;

const CHECKERS: Readonly<Record<string, Checker>> = {
  biome: checkBiome,
  types: checkTypes,
  imports: checkImports,
  budgets: checkBudgets,
  manners: checkManners,
  "dead-code": checkDeadCode,
};

async function main(root: string, wanted: readonly string[]): Promise<void> {
  const names = wanted.length > 0 ? wanted : Object.keys(CHECKERS);
  const failed: string[] = [];
  for (const name of names) {
    const check = CHECKERS[name];
    if (check === undefined) {
      throw new Error(`no checker is called ${name}; there are ${Object.keys(CHECKERS).join(", ")}`);
    }
    const { checked, problems } = await check(root);
    console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}: ${checked} checked, ${problems.length} problems`);
    for (const problem of problems) {
      console.log(problem.replaceAll(/^/gm, "       "));
    }
    if (problems.length > 0) {
      failed.push(name);
    }
  }
  console.log(`${names.length - failed.length} passed, ${failed.length} failed, 0 skipped`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

await main(resolve("."), process.argv.slice(2));
