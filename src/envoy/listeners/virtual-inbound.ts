import type { Listener } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import type { Protocol } from "../../model/mesh-service.ts";
import type { ListenerSettings } from "./listener-settings.ts";

/** A port of the workload that some Service (or Sidecar ingress) declares. */
export interface InboundPort {
  /** The port the workload listens on. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `SERVICE.NAMESPACE`, for the names of traces. */
  readonly service: string;
}

export interface VirtualInboundInput {
  /** One for each port number. */
  readonly ports: readonly InboundPort[];
  readonly trustDomain: string;
  readonly settings: ListenerSettings;
  /** Default 15006. */
  readonly listenPort?: number;
}

/** The listener `virtualInbound`: mutual TLS and plain text are both taken (permissive). */
export function virtualInbound(input: VirtualInboundInput): Listener {
  throw new Error(`not built yet: ${input.trustDomain}`);
}
