import { fromBinary } from "@bufbuild/protobuf";
import { isIpv4, isIpv6 } from "../base/address.ts";
import { wildcardsOver } from "../base/hostname.ts";
import { type DnsTable_DnsVirtualDomain, DnsTable_DnsVirtualDomainSchema } from "../gen/envoy/data/dns/v3/dns_table_pb.ts";
import { bodyOf } from "../rpc/delta-encoding.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import type { ResourceTable } from "./resource-table.ts";

/** What a name leads to: at least one address, of either family. */
export interface NamedAddresses {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
  readonly ttlSeconds: number;
}

/** The names that the controller told, read from the store at each look. */
export interface NameTable {
  /**
   * By the name itself, else by the longest wildcard around it; upper and lower case are one. Undefined where the DNS servers are to be
   * asked: for names that were not told, told without addresses, or cannot be read.
   */
  find(name: string): NamedAddresses | undefined;
}

/** RFC 2181, 8. */
const LONGEST_TTL = 2 ** 31 - 1;

export function createNameTable(table: Pick<ResourceTable, "get">): NameTable {
  return {
    find: (name) => {
      try {
        const resource = resourceFor(table, name.toLowerCase().replace(/\.$/, ""));
        return resource && addressesOf(fromBinary(DnsTable_DnsVirtualDomainSchema, bodyOf(resource).body));
      } catch {
        // A body of another controller's making, or a disk that cannot be read.
        return undefined;
      }
    },
  };
}

function resourceFor(table: Pick<ResourceTable, "get">, name: string): EncodedResource | undefined {
  for (const known of [name, ...wildcardsOver(name)]) {
    const resource = table.get(known);
    if (resource !== undefined) return resource;
  }
  return undefined;
}

function addressesOf({ endpoint, answerTtl }: DnsTable_DnsVirtualDomain): NamedAddresses | undefined {
  const told = endpoint?.endpointConfig.case === "addressList" ? endpoint.endpointConfig.value.address : [];
  const [v4, v6] = [told.filter(isIpv4), told.filter(isIpv6)];
  const ttlSeconds = Math.min(Math.max(Number(answerTtl?.seconds ?? 0n), 0), LONGEST_TTL);
  return v4.length + v6.length === 0 ? undefined : { v4, v6, ttlSeconds };
}
