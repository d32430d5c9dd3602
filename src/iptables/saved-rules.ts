/** What one table holds: chains that people made, and every rule as `iptables-save` prints it after `-A`. */
export interface SavedTable {
  readonly chains: readonly string[];
  readonly rules: readonly { readonly chain: string; readonly spec: string }[];
}

export type SavedRules = ReadonlyMap<string, SavedTable>;

export const NO_RULES: SavedRules = new Map();

/** Reads the output of `iptables-save`, or a restore text of ours. */
export function parseSaved(text: string): SavedRules {
  const tables = new Map<string, { chains: string[]; rules: { chain: string; spec: string }[] }>();
  let current: { chains: string[]; rules: { chain: string; spec: string }[] } | undefined;
  for (const line of text.split("\n")) {
    const table = /^\*\s*(\S+)/.exec(line)?.[1];
    if (table !== undefined) {
      current = tables.get(table) ?? { chains: [], rules: [] };
      tables.set(table, current);
    }
    const chain = /^:(\S+) -/.exec(line)?.[1];
    if (chain !== undefined) {
      current?.chains.push(chain);
    }
    const rule = /^-A (\S+) (.*)$/.exec(line);
    if (rule !== null) {
      current?.rules.push({ chain: rule[1] ?? "", spec: rule[2] ?? "" });
    }
  }
  return tables;
}
