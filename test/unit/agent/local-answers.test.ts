import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from "dns-packet";
import { expect, test } from "vitest";
import { createLocalAnswer, type DnsTransport } from "../../../src/agent/local-answers.ts";
import type { NamedAddresses } from "../../../src/agent/name-table.ts";

const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
const NAMES: Readonly<Record<string, Partial<NamedAddresses>>> = {
  "db.internal": { v4: ["10.0.0.1", "10.0.0.2", "10.0.0.3"], v6: ["fd00::1"] },
  "only4.internal": { v4: ["10.0.0.1"] },
  "30.internal": { v4: many(30) },
  "60.internal": { v4: many(60) },
  "6000.internal": { v4: many(6000) },
};

function answerer(random: () => number = () => 0) {
  const find = (name: string): NamedAddresses | undefined => {
    const found = NAMES[name.toLowerCase()];
    return found && { v4: [], v6: [], ttlSeconds: 42, ...found };
  };
  return createLocalAnswer({ find }, random);
}

const A = (name: string): NonNullable<Packet["questions"]>[number] => ({ type: "A", name, class: "IN" });
const query = (name: string, more: Packet = {}): Buffer =>
  encode({ type: "query", id: 4711, flags: RECURSION_DESIRED, questions: [A(name)], ...more });
const edns = (udpPayloadSize: number, more: object = {}): Answer =>
  ({ type: "OPT", name: ".", udpPayloadSize, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [], ...more }) as Answer;
const answered = (message: Buffer, transport: DnsTransport = "udp") => {
  const bytes = answerer()(message, transport);
  if (bytes === undefined) throw new Error("not answered");
  return { bytes, ...decode(bytes) };
};
const addresses = ({ answers = [] }: Packet): readonly unknown[] => answers.map((answer) => "data" in answer && answer.data);

test("a name that was told is answered, its question as it was asked", () => {
  const asked = query("Db.INTERNAL");
  const { bytes, ...answer } = answered(asked);
  expect(answer).toMatchObject({
    id: 4711,
    type: "response",
    rcode: "NOERROR",
    flag_aa: true,
    flag_rd: true,
    flag_ra: true,
    flag_tc: false,
  });
  expect(bytes.subarray(12, asked.length)).toEqual(asked.subarray(12));
  expect(answer.answers).toMatchObject([{ name: "Db.INTERNAL", type: "A", class: "IN", ttl: 42 }, {}, {}]);
  expect(addresses(answer)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
  expect(answer.additionals).toEqual([]);
});

test("HTTPS and SVCB of a name that was told say nothing: a server's answer could lead past its addresses", () => {
  for (const type of ["UNKNOWN_64", "UNKNOWN_65"] as const) {
    const asked = query("db.internal", { questions: [{ ...A("db.internal"), type: type as "A" }] });
    const { bytes, ...answer } = answered(asked);
    expect(answer).toMatchObject({ rcode: "NOERROR", answers: [], questions: [{ type, name: "db.internal" }] });
    expect(bytes).toHaveLength(asked.length);
    expect(answerer()(query("other.internal", { questions: [{ ...A("other.internal"), type: type as "A" }] }), "udp")).toBeUndefined();
  }
});

test("the wish for recursion is repeated, not invented", () => {
  expect(answered(query("db.internal", { flags: 0 }))).toMatchObject({ flag_rd: false, flag_ra: true });
});

test("addresses of the other family, and none where the name has none of it", () => {
  expect(addresses(answered(query("db.internal", { questions: [{ ...A("db.internal"), type: "AAAA" }] })))).toEqual(["fd00::1"]);
  const none = answered(query("only4.internal", { questions: [{ ...A("only4.internal"), type: "AAAA" }] }));
  expect(none).toMatchObject({ rcode: "NOERROR", answers: [], flag_tc: false });
});

test("each address comes first in its turn, the others behind it", () => {
  const turns = [0, 0.34, 0.67, 0.999];
  const answer = answerer(() => turns.shift() ?? 0);
  const seen = [1, 2, 3, 4].map(() => addresses(decode(answer(query("db.internal"), "udp") ?? Buffer.alloc(0))).join(" "));
  const [first, second, third] = NAMES["db.internal"]?.v4 ?? [];
  expect(seen).toEqual([
    `${first} ${second} ${third}`,
    `${second} ${third} ${first}`,
    `${third} ${first} ${second}`,
    `${third} ${first} ${second}`,
  ]);
});

test.each([
  ["another type", query("db.internal", { questions: [{ ...A("db.internal"), type: "TXT" }] })],
  ["another class", query("db.internal", { questions: [{ ...A("db.internal"), class: "CH" }] })],
  ["a name that was not told", query("other.internal")],
  ["the root", query(".")],
  ["two questions", query("db.internal", { questions: [A("db.internal"), A("db.internal")] })],
  ["no question", query("db.internal", { questions: [] })],
  ["an answer", query("db.internal", { type: "response" })],
  ["another opcode", query("db.internal", { flags: 2 << 11 })],
  ["a record among the answers", query("db.internal", { answers: [{ type: "A", name: "db.internal", data: "1.1.1.1" }] })],
  ["a later version of EDNS", query("db.internal", { additionals: [edns(1232, { ednsVersion: 1 })] })],
  ["two additional records", query("db.internal", { additionals: [edns(1232), edns(1232)] })],
  ["an additional record of another type", query("db.internal", { additionals: [{ type: "A", name: "x", data: "1.1.1.1" }] })],
  ["a header that is cut off", query("db.internal").subarray(0, 11)],
  ["a name that is cut off", query("db.internal").subarray(0, 20)],
  ["no bytes", Buffer.alloc(0)],
  ["other bytes", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
])("%s is left to the servers", (_, message) => {
  expect(answerer()(message, "udp")).toBeUndefined();
  expect(answerer()(message, "tcp")).toBeUndefined();
});

test("a name that only reads like one that was told is left to the servers", () => {
  const dotInLabel = query("db.internal");
  dotInLabel.set(Buffer.from("\x0bdb.internal"), 12);
  expect(decode(dotInLabel).questions).toMatchObject([{ name: "db.internal" }]);
  expect(answerer()(dotInLabel, "udp")).toBeUndefined();
  const kelvin = createLocalAnswer({ find: () => ({ v4: ["10.0.0.1"], v6: [], ttlSeconds: 1 }) }, () => 0);
  expect(kelvin(query("\u212a.internal"), "udp")).toBeUndefined();
});

test.each([
  ["without EDNS", [], 512, 30],
  ["of a client that takes less than the least there is", [edns(100)], 512, 29],
  ["of a client that takes more", [edns(800)], 800, 47],
  ["of a client that takes more than the network", [edns(65_535)], 1232, 60],
])("over UDP an answer %s has its size, and says what does not fit", (_, additionals, most, count) => {
  const { bytes, ...answer } = answered(query("60.internal", { additionals }));
  expect(bytes.length).toBeLessThanOrEqual(most);
  expect(answer.answers).toHaveLength(count);
  expect(answer.flag_tc).toBe(count < 60);
});

test("what fits is not cut off; over TCP far more does", () => {
  expect(answered(query("30.internal"))).toMatchObject({ flag_tc: false, answers: { length: 30 } });
  expect(answered(query("60.internal"), "tcp")).toMatchObject({ flag_tc: false, answers: { length: 60 } });
  const { bytes, ...most } = answered(query("6000.internal"), "tcp");
  expect(bytes.length).toBeLessThanOrEqual(65_535);
  expect(most.flag_tc).toBe(true);
});

test("who asks with EDNS is answered with it, and a wish for signatures is repeated", () => {
  const { additionals } = answered(
    query("db.internal", { additionals: [edns(1232, { flags: 0x8000, options: [{ code: 12, length: 8 }] })] }),
  );
  expect(additionals).toEqual([edns(1232, { flags: 0x8000, flag_do: true })]);
  expect(answered(query("db.internal", { additionals: [edns(1232)] })).additionals).toEqual([edns(1232)]);
});
