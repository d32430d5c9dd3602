import { create } from "@bufbuild/protobuf";
import { FilterChainSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type Listener, ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import { BLACK_HOLE, PASSTHROUGH } from "../clusters/cluster-name.ts";
import { ANY_ADDRESS, listenerAt } from "./listener-base.ts";
import type { ListenerSettings, OutboundPolicy } from "./listener-settings.ts";
import { tcpProxy } from "./tcp-proxy.ts";

export interface VirtualOutboundInput {
  readonly policy: OutboundPolicy;
  readonly settings: ListenerSettings;
  /** Default 15001. */
  readonly port?: number;
}

const DEFAULT_PORT = 15001;

/** The cluster that takes what nobody declared. */
export function undeclaredCluster(policy: OutboundPolicy): string {
  return policy === "ALLOW_ANY" ? PASSTHROUGH : BLACK_HOLE;
}

/** The listener `virtualOutbound`: takes all captured outbound connections and hands them on by original destination. */
export function virtualOutbound({ policy, settings, port = DEFAULT_PORT }: VirtualOutboundInput): Listener {
  const to = (cluster: string) => [tcpProxy([{ cluster, weight: 1 }], settings)];
  return create(ListenerSchema, {
    name: "virtualOutbound",
    ...listenerAt({ address: ANY_ADDRESS, port }, "out", settings),
    useOriginalDst: true,
    filterChains: [
      // A call to the listener itself would be handed to itself for ever.
      create(FilterChainSchema, {
        name: "virtualOutbound-blackhole",
        filterChainMatch: { destinationPort: port },
        filters: to(BLACK_HOLE),
      }),
      create(FilterChainSchema, { name: "virtualOutbound-catchall-tcp", filters: to(undeclaredCluster(policy)) }),
    ],
  });
}
