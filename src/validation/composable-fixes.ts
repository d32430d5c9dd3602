import type { Finding, FixOperation } from "../telemetry/finding.ts";

/** Where the patches so far have been, as JSON Pointers. */
interface Touched {
  readonly pointers: Set<string>;
  /** All that lie above one of them. */
  readonly above: Set<string>;
  /** Lists that lost an entry, with the first index behind which all have moved. */
  readonly shifted: Map<string, number>;
}

interface Step {
  /** Pointer of the object or list. */
  readonly parent: string;
  readonly index: number | undefined;
}

/** Each part of a pointer under what it is a part of, outermost first. A key of digits counts as an index, which is on the safe side. */
function stepsOf(pointer: string): readonly Step[] {
  const names = pointer.split("/").slice(1);
  return names.map((name, depth) => ({
    parent: `/${names.slice(0, depth).join("/")}`.replace(/\/$/, ""),
    index: /^\d+$/.test(name) ? Number(name) : undefined,
  }));
}

const parentsOf = (pointer: string): readonly string[] => stepsOf(pointer).map(({ parent }) => parent);

/** Whether an operation still means what it meant before the others: nothing at, in or around its place is another, and no index is. */
function isFree({ path }: FixOperation, { pointers, above, shifted }: Touched): boolean {
  if (pointers.has(path) || above.has(path)) return false;
  return stepsOf(path).every(({ parent, index = -1 }) => !pointers.has(parent) && index <= (shifted.get(parent) ?? Infinity));
}

function touch({ op, path }: FixOperation, { pointers, above, shifted }: Touched): void {
  pointers.add(path);
  for (const parent of parentsOf(path)) above.add(parent);
  const last = stepsOf(path).at(-1);
  if (op !== "remove" || last?.index === undefined) return;
  shifted.set(last.parent, Math.min(last.index, shifted.get(last.parent) ?? Infinity));
}

interface Removal {
  readonly found: Finding;
  /** Level and list, which its finding shares with others. */
  readonly list: string;
  readonly index: number;
}

/** What takes one entry out of a list, and does nothing else. */
function removalOf(found: Finding): Removal | undefined {
  const [only, ...more] = found.fix ?? [];
  const { parent, index } = (only?.op === "remove" && more.length === 0 ? stepsOf(only.path).at(-1) : undefined) ?? {};
  return index === undefined ? undefined : { found, list: `${found.level} ${parent}`, index };
}

/** The same findings, errors where errors were, but for those that take entries out of one list: of these the last entry comes first. */
function lastEntryFirst(findings: readonly Finding[]): readonly Finding[] {
  const removals = findings.map(removalOf);
  const lists = Map.groupBy(
    removals.filter((removal) => removal !== undefined),
    ({ list }) => list,
  );
  for (const list of lists.values()) list.sort((a, b) => a.index - b.index);
  return findings.map((found, at) => lists.get(removals[at]?.list ?? "")?.pop()?.found ?? found);
}

/**
 * Findings whose patches can be applied one after the other in this order, and each alone. Entries of a list are taken out from its end; a patch
 * that would meet what another has changed is left out, and comes when the object is judged again.
 */
export function composableFixes(findings: readonly Finding[]): readonly Finding[] {
  if (findings.filter(({ fix }) => fix !== undefined).length < 2) return findings;
  const touched: Touched = { pointers: new Set(), above: new Set(), shifted: new Map() };
  return lastEntryFirst(findings).map((found) => {
    const { fix, ...bare } = found;
    if (fix === undefined) return found;
    if (!fix.every((operation) => isFree(operation, touched))) return bare;
    for (const operation of fix) touch(operation, touched);
    return found;
  });
}
