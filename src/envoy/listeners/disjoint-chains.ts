import { rangeKey } from "../../base/range-key.ts";

/** What a filter chain matches on, before it is written. Empty lists: anything. */
export interface ChainMatch {
  readonly addresses: readonly string[];
  readonly serverNames: readonly string[];
  /** `tls`, `raw_buffer`, or empty for either. */
  readonly transport: string;
}

const ANY = "";

/** Ranges that can be read, each once however it is written: a chain that names one twice would overlap itself. */
function distinct(addresses: readonly string[]): readonly string[] {
  const byKey = new Map(addresses.map((address) => [rangeKey(address), address]));
  byKey.delete(undefined);
  return [...byKey.values()];
}

function unclaimed(match: ChainMatch, claimed: ReadonlySet<string>): ChainMatch | undefined {
  const ranges = match.addresses.length > 0 ? distinct(match.addresses) : [ANY];
  const names = match.serverNames.length > 0 ? match.serverNames : [ANY];
  const free = (range: string, name: string) => !claimed.has(claim(match.transport, range, name));
  const freeNames = names.filter((name) => ranges.every((range) => free(range, name)));
  const freeRanges = names.length > 1 ? ranges : ranges.filter((range) => names.every((name) => free(range, name)));
  if (freeRanges.length === 0 || (names.length > 1 && freeNames.length === 0)) {
    return undefined;
  }
  return {
    ...match,
    addresses: freeRanges.filter((range) => range !== ANY),
    serverNames: (names.length > 1 ? freeNames : names).filter((name) => name !== ANY),
  };
}

const claim = (transport: string, range: string, name: string): string => `${transport}|${range === ANY ? ANY : rangeKey(range)}|${name}`;

function claims(match: ChainMatch): string[] {
  const ranges = match.addresses.length > 0 ? match.addresses : [ANY];
  const names = match.serverNames.length > 0 ? match.serverNames : [ANY];
  return ranges.flatMap((range) => names.map((name) => claim(match.transport, range, name)));
}

/**
 * Envoy refuses a listener in which two chains match the same. What an earlier chain has taken is cut out of later ones; a
 * chain of which nothing is left is dropped.
 */
export function disjoint<C extends { readonly match: ChainMatch }>(chains: readonly C[]): readonly C[] {
  const claimed = new Set<string>();
  return chains.flatMap((chain) => {
    const match = unclaimed(chain.match, claimed);
    if (match === undefined) {
      return [];
    }
    for (const key of claims(match)) {
      claimed.add(key);
    }
    return [{ ...chain, match }];
  });
}
