/** So long nobody else gets an address that was given back: who looked its name up before may call it all that time. */
export const REST_MS = 10 * 60_000;

/** More than one entry gives back, so that rests do not pile up where each look at an entry ends some. */
export const MOST_EXPIRED = 1_000;

/** Addresses that were given back a short while ago, and by whom. */
export interface Rests {
  begin(address: string, owner: string, now: number): void;
  /** Somebody has it again. */
  end(address: string): void;
  ownerOf(address: string): string | undefined;
  /** Those that an owner gave back, the last one first. */
  of(owner: string): readonly string[];
  /** Ends rests whose time is over, the longest over first, and so many at most as are no long piece of work; gives their addresses. */
  expire(now: number): readonly string[];
}

export function createRests(): Rests {
  // All rests are equally long, so the order in which they began is the order in which they end.
  const resting = new Map<string, { readonly owner: string; readonly until: number }>();
  const byOwner = new Map<string, Set<string>>();
  const end = (address: string): void => {
    const owner = resting.get(address)?.owner ?? "";
    resting.delete(address);
    const left = byOwner.get(owner);
    left?.delete(address);
    if (left?.size === 0) byOwner.delete(owner);
  };
  return {
    begin: (address, owner, now) => {
      end(address);
      resting.set(address, { owner, until: now + REST_MS });
      byOwner.set(owner, (byOwner.get(owner) ?? new Set<string>()).add(address));
    },
    end,
    ownerOf: (address) => resting.get(address)?.owner,
    of: (owner) => [...(byOwner.get(owner) ?? [])].reverse(),
    expire: (now) => {
      const over: string[] = [];
      for (const [address, { until }] of resting) {
        if (until > now || over.length === MOST_EXPIRED) break;
        over.push(address);
      }
      for (const address of over) end(address);
      return over;
    },
  };
}
