// The checkers that are programs of their own: run, counted, and their output shown when they complain.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { complete, type Report } from "./report.ts";

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function run(root: string, script: string, args: readonly string[]): Outcome {
  const path = resolve(import.meta.dirname, "../../node_modules", script);
  const done = spawnSync(process.execPath, [path, ...args], { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return { status: done.status, output: `${done.stdout}${done.stderr}`.trim() };
}

function reportOf(outcome: Outcome, checked: number, what: string): Report {
  const problems = outcome.status === 0 ? [] : [outcome.output === "" ? `ended with ${outcome.status}` : outcome.output];
  return complete({ checked, problems }, what);
}

/** Format and lint of Biome, by biome.json in `root`. */
export function checkBiome(root: string): Report {
  const outcome = run(root, "@biomejs/biome/bin/biome", ["ci", "--error-on-warnings", "--max-diagnostics=200", "--colors=off", "."]);
  const checked = Number(/Checked (\d+) files?/.exec(outcome.output)?.[1] ?? 0);
  return reportOf(outcome, checked, "file");
}

/** The compiler's types, by tsconfig.json in `root`. */
export function checkTypes(root: string): Report {
  const outcome = run(root, "typescript/bin/tsc", ["--noEmit", "--pretty", "false", "-p", "."]);
  const listed = run(root, "typescript/bin/tsc", ["--listFilesOnly", "-p", "."]);
  const own = listed.output.split("\n").filter((line) => line.startsWith(join(resolve(root), "/")) && !line.includes("/node_modules/"));
  return reportOf(outcome, own.length, "file");
}

/** Files, exports and dependencies that nothing uses, by knip.json in `root`. */
export function checkDeadCode(root: string): Report {
  const reporter = resolve(import.meta.dirname, "knip-report.ts");
  const { status, output } = run(root, "knip/bin/knip.js", ["--no-progress", "--no-config-hints", "--reporter", reporter]);
  const lines = output.split("\n").filter((line) => line !== "");
  const problems = lines.filter((line) => !/^checked \d+$/.test(line));
  const checked = Number(/^checked (\d+)$/m.exec(output)?.[1] ?? 0);
  return complete({ checked, problems: status === 0 ? [] : problems }, "file");
}
