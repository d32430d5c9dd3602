import type { RouteActionSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireDuration } from "../wire/wire-duration.ts";

/**
 * How long a request may take; absent or `0s`: without limit. Then a gRPC caller's own deadline is kept. Envoy passes over
 * `timeout` as soon as `max_stream_duration` is there, so the two never stand together with a limit.
 */
export function routeLimits(timeout?: string): MessagePart<typeof RouteActionSchema> {
  const limit = wireDuration(timeout);
  const none = wireDuration("0s");
  if (limit !== undefined && (limit.seconds > 0n || limit.nanos > 0)) {
    return { timeout: limit };
  }
  return none === undefined ? {} : { timeout: none, maxStreamDuration: { grpcTimeoutHeaderMax: none } };
}
