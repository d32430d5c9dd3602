import { parseRange } from "./address.ts";

const octets = (address: string): number => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** The same text for ranges that are the same, `10.0.0.5/24` and `10.0.0.0/24`; absent where it is no range. */
export function rangeKey(text: string): string | undefined {
  const range = parseRange(text);
  if (range?.family !== 4) {
    return range && `${range.address.toLowerCase()}/${range.prefix}`;
  }
  const size = 2 ** (32 - range.prefix);
  return `${Math.floor(octets(range.address) / size)}/${range.prefix}`;
}
