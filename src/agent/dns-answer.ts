import { AUTHORITATIVE_ANSWER, CHECKING_DISABLED, encode, RECURSION_AVAILABLE, RECURSION_DESIRED, TRUNCATED_RESPONSE } from "dns-packet";
import { type AddressQuery, HEADER_BYTES } from "./dns-query.ts";

export interface AddressAnswer {
  /** Of the family that was asked for; none where the name has none of it. */
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** What fits into one packet of nearly every network: what we take over UDP, and give at most. */
export const MOST_PAYLOAD = 1232;
const RESPONSE = 0x8000;
/** Where the question's name begins (RFC 1035, 4.1.4); dns-packet would write it out again for each record. */
const NAME_POINTER = Uint8Array.of(0xc0, HEADER_BYTES);
const ROOT_BYTES = 1;

/** The message for a client that takes `mostBytes`. Where not all addresses fit, it says so, and the client asks again over TCP. */
export function encodeAnswer(query: AddressQuery, { addresses, ttlSeconds }: AddressAnswer, mostBytes: number): Buffer {
  const records = addresses.map((address) => addressRecord(address, ttlSeconds));
  const edns = query.edns === undefined ? [] : [ednsRecord(query.edns.flags)];
  const [room, each] = [mostBytes - sizeOf([query.question, ...edns]) - HEADER_BYTES, records[0]?.length ?? 1];
  const fitting = records.slice(0, Math.floor(room / each));
  const truncated = fitting.length < records.length ? TRUNCATED_RESPONSE : 0;
  const repeated = query.flags & (RECURSION_DESIRED | CHECKING_DISABLED);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.id, 0);
  header.writeUInt16BE(RESPONSE | AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | repeated | truncated, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(fitting.length, 6);
  header.writeUInt16BE(edns.length, 10);
  return Buffer.concat([header, query.question, ...fitting, ...edns]);
}

function addressRecord(data: string, ttl: number): Buffer {
  const type = data.includes(":") ? "AAAA" : "A";
  const named = encode({ answers: [{ name: ".", type, class: "IN", ttl, data }] });
  return Buffer.concat([NAME_POINTER, named.subarray(HEADER_BYTES + ROOT_BYTES)]);
}

/** Who asks with EDNS is answered with it; the wish for signatures is repeated (RFC 3225), though there are none. */
function ednsRecord(flags: number): Buffer {
  const head = { name: ".", type: "OPT", udpPayloadSize: MOST_PAYLOAD, extendedRcode: 0, ednsVersion: 0 } as const;
  return encode({ additionals: [{ ...head, flags, flag_do: flags !== 0, options: [] }] }).subarray(HEADER_BYTES);
}

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0);
