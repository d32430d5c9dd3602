import ipaddr from "ipaddr.js";
import { parseRange } from "./address.ts";

const number = (digits: readonly number[], base: bigint): bigint => digits.reduce((sum, digit) => sum * base + BigInt(digit), 0n);

/** The same text for ranges that are the same, `10.0.0.5/24` and `10.0.0.0/24`, `FD00:0::a` and `fd00::a/128`; absent where it is no range. */
export function rangeKey(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined) return undefined;
  const { address, prefix, family } = range;
  const bits = family === 4 ? number(ipaddr.IPv4.parse(address).octets, 256n) : number(ipaddr.IPv6.parse(address).parts, 65_536n);
  return `${family}:${bits >> BigInt((family === 4 ? 32 : 128) - prefix)}/${prefix}`;
}
