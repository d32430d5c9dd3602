import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { plantedProject } from "./planted-project.ts";

/** .ci/run beside a Makefile whose targets only print and end. */
function ciRun(targets: Readonly<Record<string, string>>): { readonly status: number | null; readonly lines: readonly string[] } {
  const rules = Object.entries(targets).map(([name, recipe]) => `${name}:\n\t@${recipe}\n`);
  const root = plantedProject({ Makefile: rules.join("") });
  cpSync(resolve(".ci"), join(root, ".ci"), { recursive: true });
  const { status, stdout } = spawnSync("bash", [join(root, ".ci/run")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return { status, lines: stdout.trimEnd().split("\n") };
}

const GREEN = 'echo "5 passed, 0 failed, 0 skipped"';

test("all green: the counts are added up", () => {
  const { status, lines } = ciRun({ lint: GREEN, test: GREEN, "cluster-test": GREEN });
  expect([status, lines.at(-1)]).toEqual([0, "15 passed, 0 failed, 0 skipped"]);
});

test.each([
  ["fails", 'echo "4 passed, 1 failed, 0 skipped"; exit 1', "14 passed, 1 failed, 0 skipped"],
  ["dies without counts", "exit 2", "10 passed, 1 failed, 0 skipped"],
  ["prints nothing", ":", "10 passed, 1 failed, 0 skipped"],
  ["dies after good counts", `${GREEN}; exit 1`, "15 passed, 1 failed, 0 skipped"],
])("lint %s: the other two run all the same, and the whole is red", (_what, recipe, closing) => {
  const { status, lines } = ciRun({ lint: recipe, test: GREEN, "cluster-test": GREEN });
  expect([status, lines.at(-1)]).toEqual([1, closing]);
});

test("a target sees CI=true and no standard input", () => {
  const { lines } = ciRun({ lint: `echo "ci=$$CI"; cat; ${GREEN}`, test: GREEN, "cluster-test": GREEN });
  expect(lines).toContain("ci=true");
});
