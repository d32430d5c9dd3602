import { create } from "@bufbuild/protobuf";
import { TrafficDirection } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { type AdditionalAddress, AdditionalAddressSchema, type ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireAddress } from "../wire/wire-address.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import type { ListenerSettings } from "./listener-settings.ts";

type Part = MessagePart<typeof ListenerSchema>;

export const ANY_ADDRESS = "0.0.0.0";

function twin(address: string, port: number, { ipv6 }: ListenerSettings): AdditionalAddress[] {
  return ipv6 && address === ANY_ADDRESS ? [create(AdditionalAddressSchema, { address: wireAddress("::", port) })] : [];
}

/** Where a listener stands, and which way its traffic goes. */
export function listenerAt(
  place: { readonly address: string; readonly port: number },
  direction: "in" | "out",
  settings: ListenerSettings,
): Part {
  return {
    address: wireAddress(place.address, place.port),
    additionalAddresses: twin(place.address, place.port, settings),
    trafficDirection: direction === "in" ? TrafficDirection.INBOUND : TrafficDirection.OUTBOUND,
  };
}

/**
 * How long a silent connection is inspected before it is taken as it is. 0s: until it speaks, so that a slow HTTP or TLS
 * caller is never mistaken for something else.
 */
export function inspection(timeout: string): Part {
  const listenerFiltersTimeout = wireDuration(timeout);
  return { ...(listenerFiltersTimeout && { listenerFiltersTimeout }), continueOnListenerFiltersTimeout: true };
}

/** Time a silent caller is given where it is refused, or taken as TCP, afterwards. */
export const SHORT_INSPECTION = "0.5s";
