/** Whether the last two letters of `a` up to `i` are those of `b` up to `j`, swapped. */
function isSwap(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

/** Edits (insert, delete, replace, swap neighbours) that make one text of the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replace = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = isSwap(a, b, i, j) ? at(i - 2, j - 2) + 1 : replace;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replace, swap));
    }
  }
  return at(a.length, b.length);
}

/** Names that are compared letter by letter: there may be tens of thousands, and as many that are asked for. */
const MOST_COMPARED = 200;

/**
 * The name of `names` that was most likely meant by `typed`; absent where none is near. Where there are too many to compare, only one that is a
 * single edit away is sure enough.
 */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  if (typed.length > 64) return undefined;
  let best: { name: string; edits: number } | undefined;
  let compared = 0;
  for (const name of names) {
    const most = Math.min(Math.max(1, Math.floor(name.length / 3)), (best?.edits ?? Number.POSITIVE_INFINITY) - 1);
    // Each edit makes up for one character of length at most, so most names need no closer look.
    if (Math.abs(name.length - typed.length) > most) continue;
    if (++compared > MOST_COMPARED) return best?.edits === 1 ? best.name : undefined;
    const edits = distance(typed.toLowerCase(), name.toLowerCase());
    if (edits <= most) best = { name, edits };
  }
  return best?.name;
}
