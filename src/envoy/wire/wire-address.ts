import { create } from "@bufbuild/protobuf";
import { parseRange } from "../../base/address.ts";
import { type Address, AddressSchema, type CidrRange, CidrRangeSchema } from "../../gen/envoy/config/core/v3/address_pb.ts";

const UNIX = "unix://";

/** `IP`, DNS name or `unix:///path` (whose port is not read). */
export function wireAddress(address: string, port: number): Address {
  return address.startsWith(UNIX)
    ? create(AddressSchema, { address: { case: "pipe", value: { path: address.slice(UNIX.length) } } })
    : create(AddressSchema, {
        address: { case: "socketAddress", value: { address, portSpecifier: { case: "portValue", value: port } } },
      });
}

/** `10.0.0.0/8` or a single address; undefined where it is neither. */
export function wireRange(text: string): CidrRange | undefined {
  const range = parseRange(text);
  return range && create(CidrRangeSchema, { addressPrefix: range.address, prefixLen: range.prefix });
}
