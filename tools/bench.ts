// `make bench [ONLY="push store"]`: runs test/bench/NAME.bench.ts one after the other, each in a process of its own. Each writes its
// own bench/results/NAME.json.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";

const wanted = process.argv.slice(2);
const all = globSync("test/bench/*.bench.ts").sort();
const chosen = all.filter((path) => wanted.length === 0 || wanted.includes(basename(path, ".bench.ts")));
if (chosen.length === 0) {
  console.error(
    `no benchmark${wanted.length > 0 ? ` is called ${wanted.join(" or ")}` : ""}; there are: ${all.map((path) => basename(path, ".bench.ts")).join(", ")}`,
  );
  process.exitCode = 1;
}
for (const path of chosen) {
  console.log(`==> bench ${basename(path, ".bench.ts")}`);
  if (spawnSync(process.execPath, [path], { stdio: "inherit" }).status !== 0) {
    process.exitCode = 1;
  }
}
