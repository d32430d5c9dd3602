import { type AddressRange, isIpv4, isIpv6 } from "./address.ts";

/** Hosts of ServiceEntries are given addresses of these: ranges that no network uses, and that are Istio's too. */
export const AUTOMATIC_RANGES: Readonly<Record<4 | 6, AddressRange>> = {
  4: { address: "240.240.0.0", prefix: 16, family: 4 },
  6: { address: "2001:2::", prefix: 48, family: 6 },
};

/** A range as others write it, `240.240.0.0/16`. */
export function automaticRange(family: 4 | 6): string {
  const { address, prefix } = AUTOMATIC_RANGES[family];
  return `${address}/${prefix}`;
}

/** How an address of the ranges begins, in any spelling. Few others do, so few texts are read to their end. */
const BEGINNING_4 = "240.240.";
const BEGINNING_6 = /^2001:0{0,3}2:(:|0{1,4}:)/;

/** Whether an address lies in one of the ranges; what is no address does not. */
export function isAutomaticAddress(address: string): boolean {
  return address.startsWith(BEGINNING_4) ? isIpv4(address) : BEGINNING_6.test(address) && isIpv6(address);
}
