import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { encodeResource } from "../rpc/delta-encoding.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../rpc/resource.ts";
import { mustFit } from "./wire/message-fault.ts";

/**
 * A message made into the resource that all who see it share.
 * @throws {UnfitMessage} where Envoy would refuse it, and with it all that is sent together
 */
export function encode<D extends DescMessage>(type: ResourceType, name: string, schema: D, message: MessageShape<D>): EncodedResource {
  mustFit(schema, message);
  return encodeResource(name, TYPE_URLS[type], toBinary(schema, message));
}

/** Resources are the same when their versions are: the version is a hash of the bytes. */
export function sameResource(a: EncodedResource | undefined, b: EncodedResource | undefined): boolean {
  return a?.name === b?.name && a?.version === b?.version;
}
