import type { TestModule } from "vitest/node";
import type { Tally } from "./tally.ts";

/** The tests of one file; a file that could not be loaded, or whose hooks failed, counts as a failure of its own. */
export function countModule(module: TestModule): Tally {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const test of module.children.allTests()) {
    const state = test.result().state;
    passed += state === "passed" ? 1 : 0;
    failed += state === "failed" ? 1 : 0;
    skipped += state === "skipped" || state === "pending" ? 1 : 0;
  }
  return { passed, failed: failed === 0 && !module.ok() ? 1 : failed, skipped };
}
