/** The lines of two short texts, common ones with a space in front, those of the first alone with `-`, of the second alone with `+`. */
export function lineDifference(before: string, after: string): string {
  const [old, young] = [before.split("\n"), after.split("\n")];
  const common = lengths(old, young);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    if (i < old.length && old[i] === young[j]) {
      lines.push(`  ${old[i++]}`);
      j++;
    } else if (i < old.length && (j === young.length || at(common, i + 1, j) >= at(common, i, j + 1))) lines.push(`- ${old[i++]}`);
    else lines.push(`+ ${young[j++]}`);
  }
  return lines.join("\n");
}

type Table = readonly (readonly number[])[];

const at = (table: Table, i: number, j: number): number => table[i]?.[j] ?? 0;

/** How many lines the two have in common, in order, from line i of the one and j of the other on. */
function lengths(old: readonly string[], young: readonly string[]): Table {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(young.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    const row = table[i] ?? [];
    for (let j = young.length - 1; j >= 0; j--) {
      row[j] = old[i] === young[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), row[j + 1] ?? 0);
    }
  }
  return table;
}
