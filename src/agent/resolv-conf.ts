import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** Addresses of the DNS servers that a resolv.conf names, in its order; none where it cannot be read. */
export function nameServers(path = "/etc/resolv.conf"): readonly string[] {
  return [...textOf(path).matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "").filter((server) => isIP(server) !== 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
