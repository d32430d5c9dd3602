import type { Rule } from "./capture-rules.ts";
import { parseSaved, type SavedRules, type SavedTable } from "./saved-rules.ts";

const TABLES = ["raw", "mangle", "nat"];
const BUILT_IN = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);
const isOurs = (chain: string): boolean => chain.startsWith("ISTIO_");
const EMPTY: SavedTable = { chains: [], rules: [] };

/**
 * The one text for `iptables-restore --noflush` that leads from `saved` to exactly `rules`, whatever an earlier run left:
 * own chains are emptied by their declaration, own rules in the built-in chains are taken out before they are added again.
 * Rules of others stay. Running it twice gives the same state.
 */
export function restoreText(rules: readonly Rule[], saved: SavedRules): string {
  return TABLES.map((table) => tableText(table, ofTable(rules, table), saved.get(table) ?? EMPTY)).join("");
}

/** The inverse: takes away the rules of `rules` and every chain of ours that `saved` shows. Empty when there is nothing to do. */
export function cleanupText(rules: readonly Rule[], saved: SavedRules): string {
  return TABLES.map((table) => cleanupTable(table, ofTable(rules, table), saved.get(table) ?? EMPTY)).join("");
}

/** What `cleanupText` takes away after a run that began with nothing: for `--cleanup --dry-run`. */
export function stateAfter(rules: readonly Rule[]): SavedRules {
  return parseSaved(restoreText(rules, new Map()));
}

const ofTable = (rules: readonly Rule[], table: string): readonly Rule[] => rules.filter((rule) => rule.table === table);

function ownChains(rules: readonly Rule[]): readonly string[] {
  const jumps = rules.map((rule) => / -j (ISTIO_\S+)/.exec(` ${rule.spec}`)?.[1]);
  return [...new Set([...rules.map((rule) => rule.chain), ...jumps])].filter(
    (chain): chain is string => chain !== undefined && isOurs(chain),
  );
}

function tableText(table: string, rules: readonly Rule[], saved: SavedTable): string {
  if (rules.length === 0 && !saved.chains.some(isOurs)) {
    return "";
  }
  const chains = ownChains(rules);
  const stale = saved.chains.filter((chain) => isOurs(chain) && !chains.includes(chain));
  const lines = [
    `*${table}`,
    ...[...chains, ...stale].map((chain) => `:${chain} - [0:0]`),
    ...deletions(rules, saved),
    ...rules.map((rule) => `-A ${rule.chain} ${rule.spec}`),
    ...stale.map((chain) => `-X ${chain}`),
    "COMMIT",
  ];
  return `${lines.join("\n")}\n`;
}

function cleanupTable(table: string, rules: readonly Rule[], saved: SavedTable): string {
  const chains = saved.chains.filter(isOurs);
  const removed = deletions(rules, saved);
  if (chains.length === 0 && removed.length === 0) {
    return "";
  }
  const lines = [`*${table}`, ...chains.map((chain) => `:${chain} - [0:0]`), ...removed, ...chains.map((chain) => `-X ${chain}`), "COMMIT"];
  return `${lines.join("\n")}\n`;
}

/**
 * What we write into built-in chains without naming a chain of ours. Where our chains stand such a rule is of an earlier run,
 * be it one with other options; where they do not, it is somebody else's.
 */
const SHAPES = [
  /^-[io] \S+ -j RETURN$/,
  /^-o lo -p tcp -m mark --mark \w+ -j RETURN$/,
  /^! -d \S+ -o lo -p tcp -m owner --[ug]id-owner \d+ -j MARK --set-xmark /,
  /^-p tcp -m (conn)?mark --mark \w+ -j CONNMARK --(save|restore)-mark /,
];

/** Own rules in built-in chains: those that jump to a chain of ours, those that read as one of `rules`, those of our shapes. */
function deletions(rules: readonly Rule[], saved: SavedTable): readonly string[] {
  const written = new Set(rules.map((rule) => `${rule.chain} ${rule.spec}`));
  const ranBefore = saved.chains.some(isOurs);
  return saved.rules
    .filter((rule) => BUILT_IN.has(rule.chain))
    .filter(
      ({ chain, spec }) =>
        / -[jg] ISTIO_/.test(` ${spec}`) || written.has(`${chain} ${spec}`) || (ranBefore && SHAPES.some((shape) => shape.test(spec))),
    )
    .map((rule) => `-D ${rule.chain} ${rule.spec}`);
}
