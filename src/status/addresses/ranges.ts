import { createHash } from "node:crypto";
import { canonicalAddress } from "../../base/address.ts";
import { AUTOMATIC_RANGES, isAutomaticAddress } from "../../base/automatic-ranges.ts";

export type Family = 4 | 6;

/** Addresses are given in this order. */
export const FAMILIES: readonly Family[] = [4, 6];

interface Pool {
  /** How many of its addresses are given: all but the first and the last, which some networks take for their own. */
  readonly size: bigint;
  /** The address at a place between 1 and `size`. */
  readonly at: (place: bigint) => string;
}

const POOLS: Readonly<Record<Family, Pool>> = {
  4: {
    size: (1n << 16n) - 2n,
    at: (place) => `240.240.${place >> 8n}.${place & 0xffn}`,
  },
  6: {
    size: (1n << 80n) - 2n,
    at: (place) => canonicalAddress(`2001:2:0:${groupsOf(place)}`),
  },
};

function groupsOf(place: bigint): string {
  return place
    .toString(16)
    .padStart(20, "0")
    .replace(/.{4}(?=.)/g, "$&:");
}

export function rangeText(family: Family): string {
  const { address, prefix } = AUTOMATIC_RANGES[family];
  return `${address}/${prefix}`;
}

export function poolSize(family: Family): number {
  return Number(POOLS[family].size);
}

/** Which of the ranges an address lies in. */
export function familyOf(address: string): Family | undefined {
  if (!isAutomaticAddress(address)) return undefined;
  return address.includes(":") ? 6 : 4;
}

/** Every address of a family once, in an order that follows from the name alone: from a place of its own around to the one before it. */
export function* addressesFrom(name: string, family: Family): Generator<string> {
  const { size, at } = POOLS[family];
  const start = BigInt(`0x${createHash("sha256").update(name).digest("hex")}`) % size;
  for (let step = 0n; step < size; step++) yield at(((start + step) % size) + 1n);
}
