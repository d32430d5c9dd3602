// What a test run comes to, in the one line that other programs read: `N passed, N failed, N skipped`.

/** Counts of one layer (a vitest project). */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function format(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

/**
 * What is wrong with a run beyond its failed tests. Under CI a layer that ran nothing and a skipped test are wrong too: a part that
 * did not run proved nothing.
 */
export function complaints(layers: ReadonlyMap<string, Tally>, strict: boolean): readonly string[] {
  const total = [...layers.values()].reduce(add, NOTHING);
  if (total.passed + total.failed === 0) {
    return ["no test ran"];
  }
  if (!strict) {
    return [];
  }
  const idle = [...layers].filter(([, tally]) => tally.passed + tally.failed === 0).map(([layer]) => `layer ${layer} ran no test`);
  return total.skipped > 0 ? [...idle, `${total.skipped} tests were skipped, which CI does not accept`] : idle;
}
