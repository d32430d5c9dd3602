import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

export interface Summary {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Median, 95th and 99th percentile (nearest rank) and maximum. */
export function summaryOf(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { median: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
}

/** The same, with what it was taken from, in the order in which it was measured. */
export function spreadOf(samples: readonly number[]): Summary & { readonly samples: readonly number[] } {
  return { ...summaryOf(samples), samples: samples.map(round) };
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
  const text = JSON.stringify({ date: new Date().toISOString(), machine, load, ...figures }, null, 2);
  writeFileSync(join(folder, `${name}.json`), `${samplesOnOneLine(text)}\n`);
}

/** Thousands of samples would be thousands of lines. */
function samplesOnOneLine(json: string): string {
  return json.replaceAll(/\[[\s\d.,-]+\]/g, (list) => list.replaceAll(/\s+/g, " "));
}
