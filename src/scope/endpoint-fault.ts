import { isIp } from "../base/address.ts";
import { isPortNumber, type MeshEndpoint, type Resolution } from "../model/mesh-service.ts";

const UNIX = "unix://";
/** Longest path that a socket's address can hold, on Linux. */
const LONGEST_PATH = 107;
/** What can be asked of a DNS server; underscores are found there. */
const DNS_NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?$/i;

function pathFault(path: string): string | undefined {
  return path !== "" && Buffer.byteLength(path) <= LONGEST_PATH ? undefined : `socket path ${path} is empty or too long`;
}

/** Why nobody can connect to an endpoint, found the way that `resolution` says; undefined where it looks sound. */
export function endpointFault(
  { address, port }: Pick<MeshEndpoint, "address" | "port">,
  resolution: Resolution = "STATIC",
): string | undefined {
  const byName = resolution === "DNS" || resolution === "DNS_ROUND_ROBIN";
  if (address.startsWith(UNIX)) {
    return byName ? `endpoint ${address} cannot be resolved by name` : pathFault(address.slice(UNIX.length));
  }
  if (!isPortNumber(port)) {
    return `endpoint ${address} has port ${port}`;
  }
  const sound = isIp(address) || (byName && DNS_NAME.test(address));
  return sound ? undefined : `endpoint ${JSON.stringify(address)} is not ${byName ? "a host name" : "an IP address"}`;
}
