import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";

/**
 * Writes committed files that are made from others. With `--check` compares instead, and ends with 1 where they differ. Absolute path → text;
 * `source` is what they are made from, `tool` the program that makes them.
 */
export function writeGenerated(files: Iterable<readonly [path: string, text: string]>, source: string, tool: string): void {
  for (const [path, text] of files) {
    if (!process.argv.includes("--check")) writeFileSync(path, text);
    else if (readFileSync(path, "utf8") !== text) {
      process.stderr.write(`${relative(process.cwd(), path)} is not what ${source} says; run node ${tool}\n`);
      process.exitCode = 1;
    }
  }
}
