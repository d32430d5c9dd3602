import type { Listener } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import type { TcpChain, TlsChain } from "./chain-targets.ts";
import type { ListenerSettings, OutboundPolicy } from "./listener-settings.ts";

/** Everything that is served on one address and port; any mixture. */
export interface OutboundListenerInput {
  /** `0.0.0.0` or one virtual address. Names the listener: `ADDRESS_PORT`. */
  readonly address: string;
  readonly port: number;
  /** HTTP is served by the route configuration of that name. */
  readonly http?: { readonly routeName: string };
  readonly tls: readonly TlsChain[];
  readonly tcp: readonly TcpChain[];
  /** What becomes of connections that nothing above takes. */
  readonly policy: OutboundPolicy;
  readonly settings: ListenerSettings;
}

/** A listener that is not bound: `virtualOutbound` hands connections to it. */
export function buildOutboundListener(input: OutboundListenerInput): Listener {
  throw new Error(`not built yet: ${input.address}`);
}
