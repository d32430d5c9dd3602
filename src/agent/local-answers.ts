import { encodeAnswer, MOST_PAYLOAD } from "./dns-answer.ts";
import { type AddressQuery, readAddressQuery } from "./dns-query.ts";
import type { NamedAddresses, NameTable } from "./name-table.ts";

export type DnsTransport = "udp" | "tcp";

/** The agent's own answer to a query; undefined where the DNS servers are to be asked. Never throws, whatever the bytes. */
export type LocalAnswer = (message: Buffer, transport: DnsTransport) => Buffer | undefined;

/** What every client takes over UDP. */
const LEAST_PAYLOAD = 512;
const MOST_TCP = 0xffff;

/** `random` is in [0, 1). */
export function createLocalAnswer(names: NameTable, random: () => number): LocalAnswer {
  return (message, transport) => {
    const query = readAddressQuery(message);
    const named = query && names.find(query.name);
    if (query === undefined || named === undefined) return undefined;
    const told = addressesOf(query, named);
    // Most clients take the first address: each answer begins with another, so that all of them are used.
    const first = Math.floor(random() * told.length);
    const addresses = [...told.slice(first), ...told.slice(0, first)];
    return encodeAnswer(query, { addresses, ttlSeconds: named.ttlSeconds }, mostBytes(query, transport));
  };
}

function addressesOf({ type }: AddressQuery, { v4, v6 }: NamedAddresses): readonly string[] {
  if (type === "A") return v4;
  return type === "AAAA" ? v6 : [];
}

function mostBytes({ edns }: AddressQuery, transport: DnsTransport): number {
  if (transport === "tcp") return MOST_TCP;
  return Math.min(MOST_PAYLOAD, Math.max(LEAST_PAYLOAD, edns?.payloadSize ?? 0));
}
