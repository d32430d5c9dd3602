import { create } from "@bufbuild/protobuf";
import { PASSTHROUGH } from "../../base/passthrough.ts";
import { type BindConfig, BindConfigSchema } from "../../gen/envoy/config/core/v3/address_pb.ts";

const source = (address: string) => ({ address, portSpecifier: { case: "portValue", value: 0 } }) as const;

/** The source address that tells the redirection «this comes from the proxy, for the app»: without it, a call would loop. */
export function loopSource({ ipv6 }: { readonly ipv6: boolean }): BindConfig {
  return create(BindConfigSchema, {
    sourceAddress: source(PASSTHROUGH.v4),
    ...(ipv6 && { extraSourceAddresses: [{ address: source(PASSTHROUGH.v6) }] }),
  });
}
