import { createHash } from "node:crypto";
import { type AddressRange, canonicalAddress, isInRange } from "../../base/address.ts";

export type Family = 4 | 6;

/** Addresses are given in this order. */
export const FAMILIES: readonly Family[] = [4, 6];

interface Pool {
  readonly range: AddressRange;
  /** How many of its addresses are given: all but the first and the last, which some networks take for their own. */
  readonly size: bigint;
  /** The address at a place between 1 and `size`. */
  readonly at: (place: bigint) => string;
}

/** Ranges that no network uses, and that are Istio's too: what it gave counts here, and the other way round. */
const POOLS: Readonly<Record<Family, Pool>> = {
  4: {
    range: { address: "240.240.0.0", prefix: 16, family: 4 },
    size: (1n << 16n) - 2n,
    at: (place) => `240.240.${place >> 8n}.${place & 0xffn}`,
  },
  6: {
    range: { address: "2001:2::", prefix: 48, family: 6 },
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
  const { address, prefix } = POOLS[family].range;
  return `${address}/${prefix}`;
}

export function poolSize(family: Family): number {
  return Number(POOLS[family].size);
}

/** Which of the ranges an address lies in. */
export function familyOf(address: string): Family | undefined {
  return FAMILIES.find((family) => isInRange(address, POOLS[family].range));
}

/** Every address of a family once, in an order that follows from the name alone: from a place of its own around to the one before it. */
export function* addressesFrom(name: string, family: Family): Generator<string> {
  const { size, at } = POOLS[family];
  const start = BigInt(`0x${createHash("sha256").update(name).digest("hex")}`) % size;
  for (let step = 0n; step < size; step++) yield at(((start + step) % size) + 1n);
}
