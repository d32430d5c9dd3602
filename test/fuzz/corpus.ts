import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Inputs that went wrong once, by target. */
export const REGRESSIONS = "test/fuzz/regressions";
const SEEDS = "test/fuzz/corpus";

/** The seeds of a target, and what went wrong before. */
export function corpusOf(target: string): readonly Buffer[] {
  const folders = [join(SEEDS, target), join(REGRESSIONS, target)].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name))),
  );
}
