import type { GatewayServer } from "./gateway-ports.ts";

/** Hosts that a server takes from VirtualServices of a namespace; written `host`, or `namespace/host` for those of one namespace alone. */
export function openHosts({ gateway, hosts }: GatewayServer, namespace: string): readonly string[] {
  const own = gateway.split("/")[0] ?? "";
  return hosts.flatMap((written) => {
    const slash = written.indexOf("/");
    const from = slash < 0 ? "*" : written.slice(0, slash);
    const isOpen = from === "*" || (from === "." ? own : from) === namespace;
    return isOpen ? [written.slice(slash + 1).toLowerCase()] : [];
  });
}
