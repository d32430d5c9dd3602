import { create } from "@bufbuild/protobuf";
import { PROXY_PORTS } from "../../base/proxy-ports.ts";
import { type FilterChain, FilterChainSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type Listener, ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import { RouteConfigurationSchema } from "../../gen/envoy/config/route/v3/route_pb.ts";
import { BLACK_HOLE, PASSTHROUGH } from "../clusters/cluster-name.ts";
import { catchAllVirtualHost } from "../routes/catch-all-virtual-host.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { httpConnectionManager } from "./http-connection-manager.ts";
import { httpInspector, originalDestinationFilter, PLAIN_HTTP } from "./inspectors.ts";
import { ANY_ADDRESS, inspection, listenerAt, SHORT_INSPECTION } from "./listener-base.ts";
import type { ListenerSettings, OutboundPolicy } from "./listener-settings.ts";
import { tcpProxy } from "./tcp-proxy.ts";

export interface VirtualOutboundInput {
  readonly policy: OutboundPolicy;
  readonly settings: ListenerSettings;
  /** Default 15001. */
  readonly port?: number;
  /**
   * Ports that have a listener of their own, on any address. Read under REGISTRY_ONLY, where it makes HTTP on all other ports be
   * answered 502; without it, HTTP there is closed like anything else.
   */
  readonly declaredPorts?: readonly number[];
}

/** The cluster that takes what nobody declared. */
export function undeclaredCluster(policy: OutboundPolicy): string {
  return policy === "ALLOW_ANY" ? PASSTHROUGH : BLACK_HOLE;
}

/** HTTP on a port that nobody declared is refused in its own language, like HTTP on the others. */
function httpRefusal(settings: ListenerSettings): FilterChain {
  const routes = create(RouteConfigurationSchema, {
    name: "block_all",
    virtualHosts: [catchAllVirtualHost("block_all")],
    validateClusters: false,
  });
  return create(FilterChainSchema, {
    name: "virtualOutbound-catchall-http",
    filterChainMatch: { transportProtocol: "raw_buffer", applicationProtocols: PLAIN_HTTP },
    filters: [httpConnectionManager({ side: "outbound", statPrefix: "outbound_catchall;", routes, settings })],
  });
}

/**
 * Looking whether a caller speaks HTTP holds up one that waits for the server to speak, so it is left out for ports with a
 * listener of their own: those connections are only handed on.
 */
function refusalInspection({
  declaredPorts = [],
  port = PROXY_PORTS.outbound,
  settings,
}: VirtualOutboundInput): MessagePart<typeof ListenerSchema> {
  return {
    listenerFilters: [originalDestinationFilter(), httpInspector(port, ...declaredPorts)],
    ...inspection(settings.protocolDetectionTimeout ?? SHORT_INSPECTION),
  };
}

/** The listener `virtualOutbound`: takes all captured outbound connections and hands them on by original destination. */
export function virtualOutbound(input: VirtualOutboundInput): Listener {
  const { policy, settings, port = PROXY_PORTS.outbound } = input;
  const refuses = policy === "REGISTRY_ONLY" && input.declaredPorts !== undefined;
  const to = (cluster: string) => [tcpProxy([{ cluster, weight: 1 }], settings)];
  return create(ListenerSchema, {
    name: "virtualOutbound",
    ...listenerAt({ address: ANY_ADDRESS, port }, "out", settings),
    useOriginalDst: true,
    ...(refuses && refusalInspection(input)),
    filterChains: [
      // A call to the listener itself would be handed to itself for ever.
      create(FilterChainSchema, {
        name: "virtualOutbound-blackhole",
        filterChainMatch: { destinationPort: port },
        filters: to(BLACK_HOLE),
      }),
      ...(refuses ? [httpRefusal(settings)] : []),
      create(FilterChainSchema, {
        name: "virtualOutbound-catchall-tcp",
        // Beside a chain for raw_buffer, one that asks for nothing would not be found.
        filterChainMatch: { transportProtocol: refuses ? "raw_buffer" : "" },
        filters: to(undeclaredCluster(policy)),
      }),
    ],
  });
}
