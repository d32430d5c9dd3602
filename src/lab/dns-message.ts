/** The one question of a DNS query. */
export interface DnsQuestion {
  /** Lower case, without the last dot. */
  readonly name: string;
  /** 1 is A, 28 AAAA. */
  readonly type: number;
}

const HEADER = 12;
const TTL_SECONDS = 1;

/** Reads the question of a query (RFC 1035 §4.1); undefined when it is none. */
export function readQuestion(query: Buffer): { readonly question: DnsQuestion; readonly end: number } | undefined {
  if (query.length < HEADER || query.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    if (length > 63 || at + 1 + length >= query.length) return undefined;
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > query.length) return undefined;
  return { question: { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1) }, end: at + 5 };
}

/** The answer: IPv4 addresses for an A question, nothing for other types, name error when `addresses` is undefined. */
export function writeAnswer(query: Buffer, end: number, type: number, addresses: readonly string[] | undefined): Buffer {
  const answers = type === 1 ? (addresses ?? []) : [];
  const head = Buffer.alloc(HEADER);
  query.copy(head, 0, 0, 2);
  // Response, authoritative, recursion available; recursion desired as asked. Code 3 is «no such name».
  head.writeUInt16BE(0x8480 | (query.readUInt16BE(2) & 0x0100) | (addresses ? 0 : 3), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers.length, 6);
  return Buffer.concat([head, query.subarray(HEADER, end), ...answers.map(addressRecord)]);
}

function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER, 0);
  record.writeUInt16BE(1, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  for (const [index, part] of address.split(".").entries()) record.writeUInt8(Number(part), 12 + index);
  return record;
}
