import { relative } from "node:path";
import type { ReporterOptions } from "knip";

/** Knip's findings, one a line, and how many files it looked at; read back by checkDeadCode. */
export default function report({ issues, counters, cwd }: ReporterOptions): void {
  for (const [kind, byFile] of Object.entries(issues)) {
    for (const [path, bySymbol] of Object.entries(byFile)) {
      for (const { symbol, line } of Object.values(bySymbol)) {
        const place = `${relative(cwd, path) || path}${line === undefined ? "" : `:${line}`}`;
        console.log(
          kind === "files" ? `${place}: no program and no test reaches this file` : `${place}: ${symbol}: unused or unknown (${kind})`,
        );
      }
    }
  }
  console.log(`checked ${counters.total}`);
}
