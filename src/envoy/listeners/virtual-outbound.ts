import type { Listener } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import type { ListenerSettings, OutboundPolicy } from "./listener-settings.ts";

export interface VirtualOutboundInput {
  readonly policy: OutboundPolicy;
  readonly settings: ListenerSettings;
  /** Default 15001. */
  readonly port?: number;
}

/** The listener `virtualOutbound`: takes all captured outbound connections and hands them on by original destination. */
export function virtualOutbound(input: VirtualOutboundInput): Listener {
  throw new Error(`not built yet: ${input.policy}`);
}
