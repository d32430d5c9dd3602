import { type DecodedPacket, DNSSEC_OK, decode, encode, type Question } from "dns-packet";

/**
 * A query for the addresses of one name, and what its answer repeats of it. HTTPS and SVCB (RFC 9460) are such too: their answers may name addresses,
 * which would lead clients past those that were told.
 */
export interface AddressQuery {
  readonly id: number;
  /** All of the header's (RFC 1035, 4.1.1). */
  readonly flags: number;
  readonly name: string;
  readonly type: AddressType;
  /** The question's own bytes. */
  readonly question: Buffer;
  /** Of a client that knows EDNS (RFC 6891). */
  readonly edns: { readonly payloadSize: number; readonly flags: number } | undefined;
}

export type AddressType = "A" | "AAAA" | "HTTPS" | "SVCB";

/** By the names that dns-packet has for them. */
const TYPES: ReadonlyMap<string, AddressType> = new Map([
  ["A", "A"],
  ["AAAA", "AAAA"],
  ["UNKNOWN_64", "SVCB"],
  ["UNKNOWN_65", "HTTPS"],
]);

export const HEADER_BYTES = 12;
/** Zero in a query that is neither an answer nor an update or the like. */
const KIND_OF_MESSAGE = 0xf800;
/** What names are made of that somebody could have told. A decoded name with other bytes is not sure to be what was asked. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Undefined for all that is not the agent's to answer: other types and classes, answers, updates, signed queries, any other bytes. */
export function readAddressQuery(message: Buffer): AddressQuery | undefined {
  const packet = asksOnce(message) ? decoded(message) : undefined;
  const [asked] = packet?.questions ?? [];
  const type = asked && addressType(asked);
  const question = asked && plainQuestion(message, asked);
  const edns = packet && ednsOf(packet);
  if (asked === undefined || type === undefined || question === undefined || edns === "foreign") return undefined;
  const [id, flags] = [message.readUInt16BE(0), message.readUInt16BE(2)];
  return { id, flags, name: asked.name, type, question, edns };
}

/** One question and at most one record besides, which also bounds the work of decoding. */
function asksOnce(message: Buffer): boolean {
  if (message.length < HEADER_BYTES || (message.readUInt16BE(2) & KIND_OF_MESSAGE) !== 0) return false;
  const [questions, answers, authorities, additionals = 0] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  return questions === 1 && answers === 0 && authorities === 0 && additionals <= 1;
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function addressType({ type, class: inClass, name }: Question): AddressType | undefined {
  return inClass === "IN" && PRINTABLE.test(name) ? TYPES.get(type) : undefined;
}

/** Its bytes where they are the usual ones of that name: a label with a dot in it reads like two labels. */
function plainQuestion(message: Buffer, asked: Question): Buffer | undefined {
  const usual = encode({ questions: [asked] }).subarray(HEADER_BYTES);
  const question = message.subarray(HEADER_BYTES, HEADER_BYTES + usual.length);
  return question.equals(usual) ? question : undefined;
}

/** Another additional record, a signature for one, or another version of EDNS is beyond the agent. */
function ednsOf({ additionals = [] }: DecodedPacket): AddressQuery["edns"] | "foreign" {
  const [record] = additionals;
  if (record === undefined) return undefined;
  if (record.type !== "OPT" || record.name !== "." || record.ednsVersion !== 0) return "foreign";
  return { payloadSize: record.udpPayloadSize, flags: record.flags & DNSSEC_OK };
}
