import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { RouteConfigurationSchema } from "../../gen/envoy/config/route/v3/route_pb.ts";

const VIRTUAL_HOSTS_FIELD = RouteConfigurationSchema.field.virtualHosts.number;
const MAX_DIRECT_RESPONSE_BODY = 1024 * 1024;

/**
 * The bytes of a RouteConfiguration around virtual hosts that are encoded already, so that one changed host among thousands
 * costs one encoding. `virtualHosts` are `envoy.config.route.v3.VirtualHost` messages, in the order wanted.
 */
export function encodeRouteConfiguration(input: { readonly name: string; readonly virtualHosts: readonly Uint8Array[] }): Uint8Array {
  const frame = create(RouteConfigurationSchema, {
    name: input.name,
    // Clusters come by their own stream; a route to one that is not there yet answers 503 instead of being refused.
    validateClusters: false,
    ignorePortInHostMatching: true,
    maxDirectResponseBodySizeBytes: MAX_DIRECT_RESPONSE_BODY,
  });
  const writer = new BinaryWriter().raw(toBinary(RouteConfigurationSchema, frame));
  for (const host of input.virtualHosts) {
    writer.tag(VIRTUAL_HOSTS_FIELD, WireType.LengthDelimited).bytes(host);
  }
  return writer.finish();
}
