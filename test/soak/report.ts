/** What one run of one part came to. */
export interface SoakRow {
  readonly part: string;
  /** Runs that its tests were given, all together. */
  readonly runs: number;
  readonly seed: number;
  /** `pass`, or `FAIL` and why. */
  readonly result: string;
  readonly seconds: number;
  /** With a `+` where files were changed since. */
  readonly commit: string;
  /** Load average over 1, 5 and 15 minutes at its end. */
  readonly load: string;
  /** UTC. */
  readonly date: string;
}

const HEAD = `# Soak

What each part of \`make soak\` came to when it ran last. Made by \`make soak\`; a part that was not run keeps its row. Runs are those that
all tests of the part were given together; the seed runs the same inputs again: \`FAIRLEAD_SEED=SEED make soak ONLY=PART AGAIN=1\`.

| part | runs | seed | result | seconds | commit | load | date |
|---|---:|---:|---|---:|---|---|---|
`;

const number = new Intl.NumberFormat("en-US");

export function renderReport(rows: readonly SoakRow[]): string {
  const lines = rows.map(({ part, runs, seed, result, seconds, commit, load, date }) =>
    [part, number.format(runs), seed, result.replaceAll("|", "/"), number.format(seconds), commit, load, date].join(" | "),
  );
  return HEAD + lines.map((line) => `| ${line} |\n`).join("");
}

/** The rows of a report; none where there is no table. */
export function readReport(text: string): readonly SoakRow[] {
  const cells = text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2, -2).split(" | "));
  const plain = (word: string | undefined): number => Number((word ?? "").replaceAll(",", ""));
  return cells.slice(1).map(([part = "", runs, seed, result = "", seconds, commit = "", load = "", date = ""]) => ({
    ...{ part, result, commit, load, date },
    ...{ runs: plain(runs), seed: plain(seed), seconds: plain(seconds) },
  }));
}

/** New rows in the place of the old ones of the same parts, in the order of `order`; rows of parts that are no more go. */
export function mergeRows(before: readonly SoakRow[], now: readonly SoakRow[], order: readonly string[]): readonly SoakRow[] {
  const rows = new Map([...before, ...now].map((row) => [row.part, row]));
  return order.flatMap((part) => rows.get(part) ?? []);
}
