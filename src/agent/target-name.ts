import { isIP } from "node:net";

const CONTROLLER = "fairlead.istio-system.svc";

/** The name that a server's certificate must carry: the host dialled, or the controller's where an address was dialled. */
export function targetName(address: string): string {
  const host = address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 && host !== "localhost" ? host : CONTROLLER;
}
