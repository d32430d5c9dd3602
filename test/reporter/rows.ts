import { writeSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";
import { countModule } from "./count-module.ts";
import { add, format, NOTHING, type Tally } from "./tally.ts";

type State = "pass" | "fail" | "skip";

interface Row {
  readonly state: State;
  readonly milliseconds: number;
}

const WORSE: readonly State[] = ["pass", "skip", "fail"];

/** One line a row of the tutorials (`C1 pass 2.1s`), then the counts of rows. A row is the first word of a test's full name. */
export default class RowsReporter implements Reporter {
  private readonly rows = new Map<string, Row>();

  private wanted: RegExp | undefined;

  onInit(vitest: Vitest): void {
    this.wanted = vitest.config.testNamePattern;
  }

  onTestCaseResult(test: TestCase): void {
    if (this.wanted?.test(test.fullName) === false) {
      return; // vitest reports what ROWS left out as skipped
    }
    const result = test.result();
    for (const error of result.errors ?? []) {
      console.error(`${test.fullName}\n${error.stack ?? error.message}\n${error.diff ?? ""}`);
    }
    if (result.state === "passed" || result.state === "failed") {
      this.note(rowOf(test), result.state === "passed" ? "pass" : "fail", test.diagnostic()?.duration ?? 0);
    } else if (test.options.mode !== "run") {
      this.note(rowOf(test), "skip", 0);
    }
  }

  onTestModuleEnd(module: TestModule): void {
    const ids = new Set([...module.children.allTests()].map(rowOf));
    for (const error of module.errors()) {
      console.error(`${module.relativeModuleId}\n${error.stack ?? error.message}`);
    }
    if (!module.ok() && countModule(module).failed > 0 && [...ids].every((id) => this.rows.get(id)?.state !== "fail")) {
      for (const id of ids.size > 0 ? ids : [module.relativeModuleId]) {
        this.note(id, "fail", 0);
      }
    }
    for (const id of [...ids, module.relativeModuleId]) {
      const row = this.rows.get(id);
      if (row !== undefined) {
        console.log(`${id} ${row.state} ${(row.milliseconds / 1000).toFixed(1)}s`);
      }
    }
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    for (const error of errors) {
      console.error(error.stack ?? error.message);
    }
    const total = [...this.rows.values()].map(tallyOf).reduce(add, { ...NOTHING, failed: errors.length });
    const empty = total.passed + total.failed === 0;
    if (empty) {
      console.error("no row ran");
    }
    if (empty || total.failed > 0 || (total.skipped > 0 && process.env["CI"] === "true")) {
      process.exitCode = 1;
    }
    process.once("exit", () => writeSync(1, `${format(total)}\n`));
  }

  private note(id: string, state: State, milliseconds: number): void {
    const before = this.rows.get(id) ?? { state: "pass", milliseconds: 0 };
    const worst = WORSE[Math.max(WORSE.indexOf(before.state), WORSE.indexOf(state))] ?? state;
    this.rows.set(id, { state: worst, milliseconds: before.milliseconds + milliseconds });
  }
}

function rowOf(test: TestCase): string {
  return /^[A-Z]\d+/.exec(test.fullName)?.[0] ?? test.fullName;
}

function tallyOf(row: Row): Tally {
  return { passed: row.state === "pass" ? 1 : 0, failed: row.state === "fail" ? 1 : 0, skipped: row.state === "skip" ? 1 : 0 };
}
