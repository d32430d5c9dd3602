import { create, toBinary } from "@bufbuild/protobuf";
import { DnsTable_DnsVirtualDomainSchema } from "../../../src/gen/envoy/data/dns/v3/dns_table_pb.ts";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type EncodedResource, TYPE_URLS } from "../../../src/rpc/resource.ts";

/** A name as the controller tells it; without addresses DNS servers are to be asked. */
export function toldName(name: string, address: readonly string[] = [], ttlSeconds = 30): EncodedResource {
  const endpoint = { endpointConfig: { case: "addressList" as const, value: { address: [...address] } } };
  const answerTtl = { seconds: BigInt(ttlSeconds) };
  const body = create(DnsTable_DnsVirtualDomainSchema, { name, answerTtl, ...(address.length > 0 && { endpoint }) });
  return encodeResource(name, TYPE_URLS.domain, toBinary(DnsTable_DnsVirtualDomainSchema, body));
}
