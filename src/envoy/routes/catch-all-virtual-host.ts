import type { VirtualHost } from "../../gen/envoy/config/route/v3/route_components_pb.ts";

/** The virtual host for names that nobody declared, under the outbound policy in force. */
export function catchAllVirtualHost(kind: "allow_any" | "block_all"): VirtualHost {
  throw new Error(`not built yet: ${kind}`);
}
