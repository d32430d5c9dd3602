import { createHash } from "node:crypto";
import { canonicalAddress } from "../../base/address.ts";
import { isAutomaticAddress } from "../../base/automatic-ranges.ts";

export type Family = 4 | 6;

/** Addresses are given in this order. */
export const FAMILIES: readonly Family[] = [4, 6];

/** Addresses of IPv4 are counted from 0. The first and the last of a range are given to nobody: some networks take them for their own. */
export const PLACES = 1 << 16;
const GIVEN_4 = PLACES - 2;
const GIVEN_6 = (1n << 80n) - 2n;

/** Which of the ranges an address lies in. */
export function familyOf(address: string): Family | undefined {
  return isAutomaticAddress(address) ? familyAt(address) : undefined;
}

/** The same of one that is known to lie in one of them. */
export function familyAt(address: string): Family {
  return address.includes(":") ? 6 : 4;
}

/** The place that follows from a name: where the search for an address of IPv4 begins. */
export function firstPlace(name: string): number {
  return (createHash("sha256").update(name).digest().readUIntBE(0, 6) % GIVEN_4) + 1;
}

export function addressAt(place: number): string {
  return `240.240.${place >> 8}.${place & 0xff}`;
}

/** Of an address of the IPv4 range. */
export function placeOf(address: string): number {
  const [, , high, low] = address.split(".");
  return Number(high) * 256 + Number(low);
}

/** Addresses of IPv6, from one that follows from the name on: it is free but for somebody's who chose the same on purpose. */
export function* ipv6From(name: string): Generator<string> {
  const start = BigInt(`0x${createHash("sha256").update(name).digest("hex")}`);
  for (let step = 0n; step < GIVEN_6; step++) yield ipv6At(((start + step) % GIVEN_6) + 1n);
}

function ipv6At(place: bigint): string {
  const digits = place.toString(16).padStart(20, "0");
  return canonicalAddress(`2001:2:0:${digits.replace(/.{4}(?=.)/g, "$&:")}`);
}
