import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Where a program's metrics live. Each program makes its own; there is no global one. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** `buckets` in the unit of the name, which ends in `_seconds` or `_bytes`. */
  histogram<L extends string>(name: string, help: string, buckets: readonly number[], labels?: readonly L[]): Histogram<L>;
  /** Called each time before the text is made: for what is cheaper to look up than to keep count of. */
  beforeText(look: () => void): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  /** Media type of that text. */
  readonly contentType: string;
}

/** Seconds, from a fast push to a stuck one. */
export const LATENCY_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(build: { readonly version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const looks: (() => void)[] = [];
  const metrics: Metrics = {
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames: [...labelNames], registers }),
    gauge: (name, help, labelNames = []) => new Gauge({ name, help, labelNames: [...labelNames], registers }),
    histogram: (name, help, buckets, labelNames = []) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: [...labelNames], registers }),
    beforeText: (look) => void looks.push(look),
    text: () => {
      for (const look of looks) look();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
  metrics.gauge("fairlead_build_info", "Version of the program; always 1.", ["version"]).set({ version: build.version }, 1);
  return metrics;
}
