import { PLACES } from "./ranges.ts";

/**
 * Which places of the IPv4 range are free, a bit for each: the next one is found by words, so that a choice costs as good as nothing, however
 * few are left.
 */
export interface Places {
  take(place: number): void;
  free(place: number): void;
  /** The free place at this one or next after it, and after the last one from the first on. */
  next(from: number): number | undefined;
}

const BITS = 32;
const WORDS = PLACES / BITS;

export function createPlaces(): Places {
  const words = new Uint32Array(WORDS).fill(0xffff_ffff);
  let left = PLACES;
  const wordAt = (index: number): number => words[index % WORDS] as number;
  const set = (place: number, isFree: boolean): void => {
    const [index, bit] = [Math.floor(place / BITS), bitOf(place)];
    const before = wordAt(index);
    if (((before & bit) !== 0) === isFree) return;
    words[index] = before ^ bit;
    left += isFree ? 1 : -1;
  };
  // The two that are given to nobody.
  set(0, false);
  set(PLACES - 1, false);
  return {
    take: (place) => set(place, false),
    free: (place) => {
      if (place > 0 && place < PLACES - 1) set(place, true);
    },
    next: (from) => {
      if (left === 0) return undefined;
      let index = Math.floor(from / BITS);
      let word = wordAt(index) & -bitOf(from);
      // The word that it began in comes last: what lies before the place.
      while (word === 0) word = wordAt(++index);
      return (index % WORDS) * BITS + lowestBit(word);
    },
  };
}

function bitOf(place: number): number {
  return 1 << (place % BITS);
}

function lowestBit(word: number): number {
  return BITS - 1 - Math.clz32(word & -word);
}
