import type { L4Match, TlsMatch } from "../../../api/networking/http-match.ts";
import { rangeKey } from "../../../base/range-key.ts";
import { type Bounds, type Standing, standing, standingMarks, standsWherever } from "./standing.ts";
import type { Effort, Place, Taken } from "./taken.ts";

/** Which connections a match takes: each of its ranges with each of its server names. */
export interface ConnectionCondition {
  readonly standing: Standing;
  /** One for each pair of address range and server name, the same for pairs that are the same. */
  readonly claims: readonly string[];
}

/** Ranges times names of one match; of more than these nothing is said. */
const MOST_CLAIMS = 200;

const ANY = "";

export function connectionCondition(match: Partial<TlsMatch> & L4Match, bounds: Bounds): ConnectionCondition | undefined {
  const { destinationSubnets, sniHosts, sourceSubnet = "" } = match;
  const ranges = destinationSubnets?.length ? destinationSubnets.map(rangeKey) : [ANY];
  const names = sniHosts?.length ? sniHosts.map((name) => name.toLowerCase()) : [ANY];
  if (sourceSubnet !== "" || ranges.includes(undefined) || ranges.length * names.length > MOST_CLAIMS) return undefined;
  return { standing: standing(match, bounds), claims: ranges.flatMap((range) => names.map((name) => `${range} ${name}`)) };
}

interface Claimed {
  readonly standing: Standing;
  readonly place: Place;
}

/**
 * Of two matches for connections the one with the narrower range, then with the longer server name takes a connection, whichever comes first.
 * So only what says the same range and the same name is taken by the earlier one.
 */
export function createConnectionClaims(own: ReadonlySet<string>, effort: Effort): Taken<ConnectionCondition> {
  const claimed = new Map<string, Claimed[]>();
  const claimant = (claim: string, narrow: Standing): Claimed | undefined => {
    for (const mark of ["", ...standingMarks(narrow)]) {
      effort.left -= 1;
      const found = (claimed.get(`${mark} ${claim}`) ?? []).find((one) => {
        effort.left -= 1 + one.standing.sourceLabels.size;
        return effort.left > 0 && standsWherever(one.standing, narrow, own);
      });
      if (found) return found;
    }
    return undefined;
  };
  return {
    by: ({ standing: narrow, claims }) => {
      const found = new Set<Place>();
      for (const claim of claims) {
        const one = claimant(claim, narrow);
        if (one === undefined) return [];
        found.add(one.place);
      }
      return [...found];
    },
    add: ({ standing: where, claims }, place) => {
      const [mark = ""] = standingMarks(where);
      for (const claim of claims) {
        const key = `${mark} ${claim}`;
        const others = claimed.get(key) ?? [];
        others.push({ standing: where, place });
        claimed.set(key, others);
      }
    },
  };
}
