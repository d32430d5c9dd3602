// Hostile input for one target, over and over: nothing may crash, hang, grow without bound or change what all objects inherit.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { runs, SOAKING, seed } from "../soak/runs.ts";
import { corpusOf, REGRESSIONS } from "./corpus.ts";
import { MOST_BYTES, mutated } from "./mutated.ts";

export interface Target {
  /** Name of its folders of seeds and of regressions. */
  readonly name: string;
  /** Made-up inputs, beside the mutated ones of the corpus. */
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Seeds that cannot lie in a file. */
  readonly seeds?: readonly Buffer[];
  /** Takes one input in, and throws where the answer is not well formed. */
  readonly take: (input: Buffer) => unknown;
  /** Longer inputs are cut; default: longer than what is read of any body. */
  readonly mostBytes?: number;
  readonly counts: { readonly usual: number; readonly soak: number };
}

/** YAML takes some seconds a megabyte, in proportion: what is to take less than one is no longer than this. */
export const MOST_YAML = 96 * 1024;

/** The one bound on time in these tests. Processor time of this thread, so that a loaded machine does not count. */
const SLOWEST_MS = 1000;
/** Of a slow answer, so many in a row must be slow: the collector's work or a first compilation is nobody's fault. */
const TRIES = 3;
const MOST_GROWTH_MB = 64;
/** Inputs after which caches are filled and code is compiled. */
const WARM = 300;
const HEAP_EVERY = 5000;
/** A failing input is made smaller in no more than so many steps. */
const MOST_SHRINKS = 100;
/** A longer seed stands for its length, and is taken as it is. */
const MOST_CHANGED = 16 * 1024;
/** Where inputs that failed are kept. */
const FOUND = ".cache/fuzz";

const BUILT_IN = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const inherited = (): string => BUILT_IN.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join("/");

interface Slowest {
  ms: number;
}

interface Run {
  readonly target: Target;
  readonly inherited: string;
  readonly slowest: Slowest;
  taken: number;
  floor: number | undefined;
}

/** Runs all seeds and regressions as they are, then generated and mutated inputs. What fails is kept in a file, as small as it got. */
export async function fuzz(target: Target): Promise<void> {
  mkdirSync(FOUND, { recursive: true });
  const corpus = [...corpusOf(target.name), ...(target.seeds ?? [])];
  const run: Run = { target, inherited: inherited(), slowest: { ms: 0 }, taken: 0, floor: undefined };
  const found: { input: Buffer; error: unknown; count: number }[] = [];
  const attempt = async (whole: Buffer): Promise<void> => {
    const input = whole.subarray(0, target.mostBytes ?? MOST_BYTES);
    const count = found.at(-1)?.count ?? 0;
    if (count >= MOST_SHRINKS) return;
    if (count > 0) found.push({ ...(found.at(-1) as (typeof found)[0]), count: count + 1 });
    try {
      await takeOne(run, input);
    } catch (error) {
      found.push({ input, error, count: count + 1 });
      throw error;
    }
  };
  try {
    for (const input of corpus) await attempt(input);
    const changeable = corpus.filter(({ length }) => length <= MOST_CHANGED);
    const inputs = changeable.length === 0 ? target.inputs : fc.oneof(target.inputs, mutated(changeable), mutated(changeable));
    await fc.assert(fc.asyncProperty(inputs, attempt), { numRuns: runs(target.counts), seed: seed() });
  } catch (error) {
    const last = found.findLast((failing) => failing.error !== undefined);
    throw last === undefined ? error : failureOf(target, last);
  }
  checkHeap(run);
  if (SOAKING) console.log(`${target.name}: ${run.taken} inputs, the slowest took ${Math.round(run.slowest.ms)} ms`);
}

function failureOf({ name }: Target, { input, error }: { readonly input: Buffer; readonly error: unknown }): Error {
  const file = join(FOUND, `${name}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}`);
  writeFileSync(file, input);
  const begin = JSON.stringify(input.toString("latin1").slice(0, 300));
  const reason = error instanceof Error ? error.message : String(error);
  const advice = `kept in ${file}; once its cause is gone, move it to ${REGRESSIONS}/${name}`;
  return new Error(`${reason}\ninput of ${input.length} bytes, ${advice}: ${begin}`, { cause: error });
}

async function takeOne(run: Run, input: Buffer): Promise<void> {
  // Whoever never comes back, or takes the process along, is found there.
  writeFileSync(join(FOUND, `${run.target.name}-under-way`), input);
  let ms = await timed(run.target, input);
  for (let tries = 1; ms > SLOWEST_MS && tries < TRIES; tries += 1) ms = Math.min(ms, await timed(run.target, input));
  if (ms > SLOWEST_MS) throw new Error(`the answer took ${Math.round(ms)} ms of processor time, ${TRIES} times in a row`);
  run.slowest.ms = Math.max(run.slowest.ms, ms);
  if (inherited() !== run.inherited) throw new Error("what all objects inherit was changed");
  run.taken += 1;
  if (run.taken === WARM) run.floor = heapMb();
  if (run.taken % HEAP_EVERY === 0) checkHeap(run);
}

async function timed({ take }: Target, input: Buffer): Promise<number> {
  const before = process.threadCpuUsage();
  await take(input);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Where the collector cannot be called, the heap is no measure. */
function checkHeap({ floor, taken }: Run): void {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc, as the project `fuzz` of vitest.config.ts does");
  const grown = heapMb() - (floor ?? Number.POSITIVE_INFINITY);
  if (grown > MOST_GROWTH_MB) throw new Error(`${taken} inputs left ${Math.round(grown)} MB behind`);
}
