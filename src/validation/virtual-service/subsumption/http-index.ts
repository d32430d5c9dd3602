import { asksNoMore, type HttpCondition } from "./http-condition.ts";
import { covering, filedAs } from "./path-test.ts";
import type { Effort, Place, Taken } from "./taken.ts";

interface Filed {
  readonly condition: HttpCondition;
  readonly place: Place;
}

/** Letters of a name that are as much work as one look. */
const LOOK = 32;

type Shelf = Map<string, Filed[]>;

export interface HttpIndexOptions {
  /** Every condition that will come, to know which of their marks are rare. */
  readonly all: Iterable<HttpCondition>;
  /** Gateways of the VirtualService. */
  readonly own: ReadonlySet<string>;
  /** Rules that others delegate to: each match is joined with the delegating one, and dropped where the two do not fit. */
  readonly isDelegate: boolean;
  readonly effort: Effort;
}

/**
 * The matches of earlier rules, filed by their path and by one thing they ask: what could cover a match is found without going through all.
 */
export function createHttpIndex({ all, own, isDelegate, effort }: HttpIndexOptions): Taken<HttpCondition> {
  const counts = new Map<string, number>();
  for (const condition of all) for (const mark of condition.marks.plain) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  const rarest = (plain: readonly string[]) => plain.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0)).at(0);
  const byPath = new Map<string, Shelf>();
  const lengths = new Set<number>();
  const covers = (wide: HttpCondition, narrow: HttpCondition): boolean => {
    effort.left -= 1 + wide.standing.sourceLabels.size + wide.asks.length * narrow.asks.length;
    if (isDelegate && !wide.isBare && wide.signature !== narrow.signature) return false;
    return asksNoMore(wide, narrow, own);
  };
  return {
    by: (condition) => {
      const { plain, about } = condition.marks;
      const wanted = ["", ...plain, ...about];
      for (const name of covering(condition.path, lengths)) {
        effort.left -= 1 + Math.floor(name.length / LOOK);
        const shelf = byPath.get(name);
        const found = shelf && findIn(shelf, wanted, effort, ({ condition: wide }) => covers(wide, condition));
        if (found) return [found.place];
        if (effort.left <= 0) return [];
      }
      return [];
    },
    add: (condition, place) => {
      const { test } = condition.path;
      if (test.way === "unknown") return;
      if (test.way === "prefix") lengths.add(test.text.length);
      const { plain, about } = condition.marks;
      const key = rarest(plain) ?? about.at(0) ?? "";
      const shelf = getOr(byPath, filedAs(condition.path), () => new Map<string, Filed[]>());
      getOr(shelf, key, () => []).push({ condition, place });
    },
  };
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function findIn(shelf: Shelf, wanted: readonly string[], effort: Effort, fits: (filed: Filed) => boolean): Filed | undefined {
  for (const key of wanted) {
    effort.left -= 1;
    for (const filed of shelf.get(key) ?? []) {
      if (fits(filed)) return filed;
      if (effort.left <= 0) return undefined;
    }
  }
  return undefined;
}
