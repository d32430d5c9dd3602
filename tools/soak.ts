// `make soak [ONLY="fuzz crds"] [AGAIN=1] [SHARE=0.1]`: the tests of test/soak/parts.ts with their long counts, part after part, each in
// a process of its own. A part that passed is not run again until the sources change, unless asked by AGAIN; SHARE runs only so much of
// each count. Rows go into test/soak/report.md as the parts end, so that one that is broken off loses only the part under way.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { chooseParts, PARTS, type SoakPart } from "../test/soak/parts.ts";
import { mergeRows, readReport, renderReport, type SoakRow } from "../test/soak/report.ts";

const REPORT = "test/soak/report.md";
const FOLDER = ".cache/soak";
const DONE = `${FOLDER}/done.json`;
const TALLY = `${FOLDER}/tally`;
/** What a part's outcome depends on. */
const SOURCES = ["src", "test", "tools", "charts", "vitest.config.ts", "package-lock.json"];
const PROGRESS_MS = 60_000;
/** For a part that is to end: to take down what it has started. */
const GRACE_MS = 30_000;

interface Sources {
  readonly commit: string;
  /** Absent where files are changed since: then nothing counts as done. */
  readonly id?: string;
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { encoding: "utf8" });
}

function currentSources(): Sources {
  const commit = git("rev-parse", "--short", "HEAD").trim();
  const others = [...SOURCES, `:!${REPORT}`];
  if (git("status", "--porcelain", "--", ...others).trim() !== "") return { commit: `${commit}+` };
  const files = git("ls-tree", "-r", "HEAD", "--", ...SOURCES).split("\n");
  const meant = files.filter((line) => !line.endsWith(`\t${REPORT}`));
  return { commit, id: createHash("sha256").update(meant.join("\n")).digest("hex") };
}

type Done = Readonly<Record<string, string>>;

function readDone(): Done {
  return existsSync(DONE) ? (JSON.parse(readFileSync(DONE, "utf8")) as Done) : {};
}

interface Ended {
  readonly code: number | null;
  readonly lastLine: string;
  readonly late: boolean;
}

function commandOf({ project, file, tests }: SoakPart): readonly string[] {
  const pattern = tests === undefined ? [] : ["--testNamePattern", tests];
  const run = ["node_modules/vitest/vitest.mjs", "run", "--project", project, file, ...pattern];
  return project === "cluster" ? ["test/cluster/main.ts", process.execPath, ...run] : run;
}

/** Runs one part in a process group of its own, so that what it leaves behind can be ended too. */
function runTests(part: SoakPart, env: NodeJS.ProcessEnv, broken: AbortSignal): Promise<Ended> {
  const child = spawn(process.execPath, commandOf(part), { env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const started = Date.now();
  let [tail, late] = ["", false];
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  child.stdout.on("data", (data: Buffer) => {
    process.stdout.write(data);
    tail = (tail + data.toString()).slice(-2000);
  });
  const progress = setInterval(() => {
    console.log(`    ${part.name}: ${Math.round((Date.now() - started) / 60_000)} of at most ${part.minutes} minutes`);
  }, PROGRESS_MS);
  const limit = setTimeout(() => {
    late = true;
    end("SIGINT");
    setTimeout(() => end("SIGKILL"), GRACE_MS).unref();
  }, part.minutes * 60_000);
  const interrupted = (): void => end("SIGINT");
  broken.addEventListener("abort", interrupted);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      clearInterval(progress);
      clearTimeout(limit);
      broken.removeEventListener("abort", interrupted);
      resolve({ code, late, lastLine: tail.trimEnd().split("\n").at(-1) ?? "" });
    });
  });
}

function resultOf({ code, lastLine, late }: Ended, { minutes }: SoakPart): string {
  if (late) return `FAIL: not done in ${minutes} minutes`;
  const [, passed = "0", failed = "0"] = /^(\d+) passed, (\d+) failed/.exec(lastLine) ?? [];
  if (failed !== "0") return `FAIL: ${failed} of ${Number(passed) + Number(failed)} tests`;
  if (code !== 0) return `FAIL: ended with ${code}`;
  return passed === "0" ? "FAIL: no test ran" : "pass";
}

function tallied(): number {
  const lines = existsSync(TALLY) ? readFileSync(TALLY, "utf8").trim().split("\n") : [];
  return lines.reduce((sum, line) => sum + Number(line), 0);
}

async function runPart(part: SoakPart, { commit }: Sources, broken: AbortSignal): Promise<SoakRow> {
  const seed = Number(process.env["FAIRLEAD_SEED"] ?? Date.now() % 2 ** 31);
  rmSync(TALLY, { force: true });
  console.log(`==> soak ${part.name}, seed ${seed}`);
  const started = Date.now();
  const more = { FAIRLEAD_SOAK: "1", FAIRLEAD_SEED: `${seed}`, FAIRLEAD_SOAK_TALLY: TALLY };
  const result = resultOf(await runTests(part, { ...process.env, ...more }, broken), part);
  const seconds = Math.round((Date.now() - started) / 1000);
  const load = loadavg().map((value) => value.toFixed(1));
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  console.log(`==> soak ${part.name}: ${result}, ${seconds} s`);
  return { part: part.name, runs: tallied(), seed, result, seconds, commit, load: load.join(" "), date };
}

function keep(row: SoakRow): void {
  const before = existsSync(REPORT) ? readReport(readFileSync(REPORT, "utf8")) : [];
  const order = PARTS.map(({ name }) => name);
  writeFileSync(REPORT, renderReport(mergeRows(before, [row], order)));
}

function remember(row: SoakRow, { id }: Sources): void {
  const whole = Number(process.env["FAIRLEAD_SOAK_SHARE"] ?? 1) >= 1;
  if (row.result === "pass" && whole && id !== undefined) writeFileSync(DONE, JSON.stringify({ ...readDone(), [row.part]: id }));
}

/** Whether all is well. Ctrl-C ends the part under way, which leaves no row, and starts no other. */
async function soak(parts: readonly SoakPart[], broken: AbortSignal): Promise<boolean> {
  const again = process.env["AGAIN"] === "1";
  let sound = true;
  mkdirSync(FOLDER, { recursive: true });
  for (const part of parts) {
    const sources = currentSources();
    if (!again && sources.id !== undefined && readDone()[part.name] === sources.id) {
      console.log(`==> soak ${part.name}: done with these sources, AGAIN=1 runs it again`);
      continue;
    }
    const row = await runPart(part, sources, broken);
    if (broken.aborted) return false;
    keep(row);
    remember(row, sources);
    sound &&= row.result === "pass";
  }
  return sound;
}

/** Tests with long counts that no part would ever run. */
function forgotten(): readonly string[] {
  const counting = globSync("test/**/*.test.ts").filter((path) => /\bruns\(\{/.test(readFileSync(path, "utf8")));
  return counting.filter((path) => !PARTS.some(({ file }) => path.startsWith(file))).sort();
}

const parts = chooseParts(PARTS, process.argv.slice(2));
if (parts === undefined) {
  console.error(`ONLY names a part that is not there; there are: ${PARTS.map(({ name }) => name).join(" ")}`);
  process.exitCode = 1;
} else {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  const left = forgotten();
  for (const path of left) console.error(`${path} has a long count and is in no part; add it to test/soak/parts.ts`);
  process.exitCode = (await soak(parts, interruption.signal)) && left.length === 0 ? 0 : 1;
}
