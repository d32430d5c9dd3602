import type { Listener } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
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
export function buildGatewayListener(input: GatewayListenerInput): Listener {
  throw new Error(`not built yet: ${input.bindPort}`);
}
