import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: readonly number[];
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Median, 95th and 99th percentile (nearest rank) and maximum, with what they were taken from. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { median: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1), samples: samples.map(round) };
}

/** Writes `bench/results/NAME.json`: the figures, and on what and under which load they were measured. */
export function writeResult(name: string, figures: object, loadBefore: readonly number[]): void {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? "",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  };
  const load = { before: loadBefore.map(round), after: loadavg().map(round) };
  const folder = "bench/results";
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ date: new Date().toISOString(), machine, load, ...figures }, null, 2)}\n`,
  );
}
