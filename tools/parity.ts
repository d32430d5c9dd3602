// `make parity DIR=…`: runs the comparators of a folder on the built command. The folder brings cases and scripts; none are kept here.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const COMPARATORS: Readonly<Record<string, readonly string[]>> = {
  "validation.py": ["validate"],
  "analysis.py": ["analyze"],
  "inject.py": ["inject"],
};

function compare(folder: string): number {
  const present = Object.entries(COMPARATORS).filter(([script]) => existsSync(join(folder, script)));
  if (present.length === 0) {
    console.error(`${folder} holds none of ${Object.keys(COMPARATORS).join(", ")}`);
    return 1;
  }
  const failed = present.filter(([script, command]) => {
    console.log(`==> ${script}`);
    return spawnSync("python3", [join(folder, script), "--", resolve("dist/fairlead"), ...command], { stdio: "inherit" }).status !== 0;
  });
  console.log(
    `${present.length - failed.length} passed, ${failed.length} failed, ${Object.keys(COMPARATORS).length - present.length} skipped`,
  );
  return failed.length === 0 ? 0 : 1;
}

const folder = process.argv[2] ?? "";
if (folder === "") {
  console.error("say which folder: make parity DIR=path");
}
process.exitCode = folder === "" ? 1 : compare(resolve(folder));
