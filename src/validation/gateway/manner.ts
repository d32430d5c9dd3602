import type { GatewayServer } from "../../api/networking/gateway.ts";
import { isHttp, isTls, protocolNamed } from "../../base/protocol.ts";

/** How a port is served: connections are told apart by server name, requests by host, and plain TCP not at all. */
export type Manner = "TLS" | "plain HTTP" | "plain TCP";

export const MANNERS: readonly Manner[] = ["TLS", "plain HTTP", "plain TCP"];

export function mannerOf({ port, tls }: GatewayServer): Manner {
  const protocol = protocolNamed(port.protocol);
  if (isHttp(protocol)) return "plain HTTP";
  return isTls(protocol) || tls !== undefined ? "TLS" : "plain TCP";
}
