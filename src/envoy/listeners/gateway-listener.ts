import { create } from "@bufbuild/protobuf";
import { FilterChainSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type Listener, ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import { httpConnectionManager } from "./http-connection-manager.ts";
import { ANY_ADDRESS, listenerAt } from "./listener-base.ts";
import type { ListenerSettings } from "./listener-settings.ts";

export interface GatewayListenerInput {
  /** The port Envoy listens on (the Service's targetPort); names the listener `0.0.0.0_PORT`. */
  readonly bindPort: number;
  /** Default `0.0.0.0`; a server's `bind`. */
  readonly bindAddress?: string;
  /** Served by the route configuration of that name, `http.PORT`. */
  readonly http: { readonly routeName: string };
  readonly settings: ListenerSettings;
}

/** A listener of a gateway for HTTP servers. */
export function buildGatewayListener({ bindPort, bindAddress = ANY_ADDRESS, http, settings }: GatewayListenerInput): Listener {
  const name = `${bindAddress}_${bindPort}`;
  return create(ListenerSchema, {
    name,
    ...listenerAt({ address: bindAddress, port: bindPort }, "out", settings),
    filterChains: [
      create(FilterChainSchema, {
        filters: [httpConnectionManager({ side: "gateway", statPrefix: `outbound_${name};`, routes: http.routeName, settings })],
      }),
    ],
  });
}
