import { type Answer, decode, encode, type Packet } from "dns-packet";
import fc from "fast-check";
import { test } from "vitest";
import { createLocalAnswer, type DnsTransport } from "../../src/agent/local-answers.ts";
import { createNameTable } from "../../src/agent/name-table.ts";
import { toldName } from "../unit/agent/told-name.ts";
import { fuzz } from "./fuzz.ts";
import { mutated } from "./mutated.ts";
import { WORDS } from "./tokens.ts";

const FORTY = Array.from({ length: 40 }, (_, index) => `240.240.0.${index + 1}`);
const TOLD = [toldName("db.internal", ["240.240.0.1", "2001:2::1"]), toldName("*.example.com", FORTY), toldName("asked.example.com")];

const label = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("db", "DB", "internal", "example", "com", "asked", "*", "__proto__", "a".repeat(63)) },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{1,20}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...WORDS).map((word) => word.slice(0, 60)) },
);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("db.internal", "dB.iNTernal", "www.example.com", "a.b.c.Example.com", "asked.example.com", ".") },
  { weight: 1, arbitrary: fc.array(label, { maxLength: 6 }).map((labels) => labels.join(".")) },
);
const edns = fc.record({ udpPayloadSize: fc.nat(65_535), ednsVersion: fc.constantFrom(0, 0, 0, 1), flags: fc.constantFrom(0, 0x8000) });
const query = fc
  .record({
    id: fc.nat(65_535),
    flags: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 0x100, 0x110) }, { weight: 1, arbitrary: fc.nat(0x7fff) }),
    name,
    type: fc.constantFrom("A", "AAAA", "A", "AAAA", "HTTPS", "SRV", "ANY"),
    class: fc.constantFrom("IN", "IN", "IN", "CH"),
    additionals: fc.array(
      edns.map((record) => ({ name: ".", type: "OPT", options: [], ...record })),
      { maxLength: 2 },
    ),
  })
  .map(({ id, flags, additionals, ...question }) => wire({ id, flags, questions: [question] as never, additionals: additionals as never }));

/** What cannot be a message is one without a question. */
function wire(packet: Packet): Buffer {
  try {
    return encode({ type: "query", ...packet });
  } catch {
    return encode({ type: "query", id: packet.id });
  }
}

/** An answer to that very query, of a size that is allowed, with addresses that were told. */
function check(message: Buffer, bytes: Buffer, transport: DnsTransport): void {
  const [asked, answer] = [decode(message), decode(bytes)];
  const questionBytes = encode({ questions: asked.questions ?? [] }).length - 12;
  const [question, echoed] = [message, bytes].map((whole) => whole.subarray(12, 12 + questionBytes));
  if (answer.id !== asked.id || !answer.flag_qr || asked.flag_qr) throw new Error("not an answer to that query");
  if (asked.questions?.length !== 1 || echoed === undefined || !question?.equals(echoed)) throw new Error("another question");
  const most = transport === "tcp" ? 65_535 : Math.max(512, Math.min(1232, payloadSize(asked.additionals)));
  if (bytes.length > most) throw new Error(`${bytes.length} bytes for a client that takes ${most}`);
  for (const record of answer.answers ?? []) {
    if (record.type !== asked.questions[0]?.type || record.name !== asked.questions[0].name) throw new Error("a record of another name");
    if (!("data" in record) || !/^(240\.240\.0\.\d+|2001:2::1)$/.test(String(record.data))) throw new Error("an address of nobody's");
  }
}

const payloadSize = (additionals: readonly Answer[] = []): number =>
  additionals.reduce((size, record) => (record.type === "OPT" ? record.udpPayloadSize : size), 0);

test("any bytes for a DNS query: the answer to it, or none, and the servers are asked", async () => {
  const names = createNameTable({ get: (one) => TOLD.find((told) => told.name === one) });
  const localAnswer = createLocalAnswer(names, () => 0.5);
  const seeds = ["db.internal", "www.example.com"].map((asked) => wire({ id: 7, questions: [{ type: "A", name: asked, class: "IN" }] }));
  let answered = 0;
  await fuzz({
    name: "dns-query",
    inputs: fc.oneof(
      { weight: 3, arbitrary: query },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 1, arbitrary: query.chain((whole) => mutated([whole])) },
    ),
    seeds,
    take: (input) => {
      for (const transport of ["udp", "tcp"] as const) {
        const answer = localAnswer(input, transport);
        if (answer === undefined) continue;
        answered += 1;
        check(input, answer, transport);
      }
    },
    mostBytes: 65_535,
    counts: { usual: 12_000, soak: 2_000_000 },
  });
  if (answered === 0) throw new Error("no query was answered, so no answer was looked at");
});
