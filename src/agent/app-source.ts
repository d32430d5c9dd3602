import { networkInterfaces } from "node:os";
import { canonicalAddress, isIpv4 } from "../base/address.ts";
import { PASSTHROUGH } from "../base/passthrough.ts";

/**
 * Address to call the pod itself from, so that the redirection lets the call pass to the app. Undefined for any other host, which would not
 * answer to such an address, and where the pod lacks it: nothing is redirected there.
 */
export function appSource(host: string, own: ReadonlySet<string> = ownAddresses()): string | undefined {
  const address = canonicalAddress(host);
  if (isIpv4(address)) return own.has(address) || address.startsWith("127.") ? PASSTHROUGH.v4 : undefined;
  return own.has(address) && own.has(PASSTHROUGH.v6) ? PASSTHROUGH.v6 : undefined;
}

function ownAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(all.map(({ address }) => address));
}
