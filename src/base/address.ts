import ipaddr from "ipaddr.js";

const DECIMAL = /^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$/;

/** An IPv4 address in four decimal parts, without leading zeros (those mean octal to some programs). */
export function isIpv4(text: string): boolean {
  return DECIMAL.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** An IPv6 address without zone and brackets. */
export function isIpv6(text: string): boolean {
  return text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text);
}

export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** The same text for the same address, `FD00:0:0::a` and `fd00::a` (RFC 5952); what is no IPv6 address stays as it is. */
export function canonicalAddress(text: string): string {
  return isIpv6(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : text;
}

export interface AddressRange {
  readonly address: string;
  /** Length of the prefix in bits. */
  readonly prefix: number;
  readonly family: 4 | 6;
}

/** Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address (whose prefix is its whole length). */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = isIpv4(address) ? 4 : isIpv6(address) ? 6 : undefined;
  if (family === undefined) return undefined;
  const most = family === 4 ? 32 : 128;
  if (slash < 0) return { address, prefix: most, family };
  const length = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > most) return undefined;
  return { address, prefix: Number(length), family };
}

/** Whether an address lies in a range; one of the other family does not. */
export function isInRange(address: string, { address: base, prefix, family }: AddressRange): boolean {
  if (family === 4) return isIpv4(address) && ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(base), prefix);
  return isIpv6(address) && ipaddr.IPv6.parse(address).match(ipaddr.IPv6.parse(base), prefix);
}
