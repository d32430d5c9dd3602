import { writeSync } from "node:fs";
import type { SerializedError } from "vitest";
import { DefaultReporter, type TestModule, type TestRunEndReason, type Vitest } from "vitest/node";
import { countModule } from "./count-module.ts";
import { add, complaints, format, NOTHING, type Tally } from "./tally.ts";

/** Vitest's own report, a line for each layer, and as the very last line the counts of the whole run. */
export default class LayersReporter extends DefaultReporter {
  private layers = new Map<string, Tally>();

  override onInit(vitest: Vitest): void {
    super.onInit(vitest);
    this.layers = new Map(vitest.projects.map((project) => [project.name, NOTHING]));
  }

  override onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    super.onTestRunEnd(modules, errors, reason);
    for (const module of modules) {
      this.layers.set(module.project.name, add(this.layers.get(module.project.name) ?? NOTHING, countModule(module)));
    }
    const wrong = complaints(this.layers, process.env["CI"] === "true");
    for (const [layer, tally] of this.layers) {
      this.log(`  ${layer}: ${format(tally)}`);
    }
    for (const line of wrong) {
      this.log(`  ${line}`);
    }
    const faults = errors.length + wrong.length;
    const total = add([...this.layers.values()].reduce(add, NOTHING), { ...NOTHING, failed: faults });
    if (total.failed > 0) {
      process.exitCode = 1;
    }
    // Whatever else still writes to stdout while vitest closes, this comes after it.
    process.once("exit", () => writeSync(1, `${format(total)}\n`));
  }
}
