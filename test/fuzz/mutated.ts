import fc from "fast-check";
import { TOKENS } from "./tokens.ts";

/** One change to bytes; places are shares of the length, so that a change fits any seed. */
type Mutation = (bytes: Buffer, corpus: readonly Buffer[]) => Buffer;

/** Larger than any body that is read. */
export const MOST_BYTES = 9 * 2 ** 20;

const place = fc.double({ min: 0, max: 1, noNaN: true });
/** Mostly few; now and then so many that something quadratic shows. */
const times = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 6, arbitrary: fc.constantFrom(30, 300) },
  { weight: 1, arbitrary: fc.constantFrom(5_000, 60_000) },
);

const at = (bytes: Buffer, share: number): number => Math.floor(share * bytes.length);
const replaced = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
const span = (bytes: Buffer, a: number, b: number): readonly [number, number] => {
  const [from, to] = [at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b))];
  return [from, Math.min(to, from + 400)];
};

function repeated(bytes: Uint8Array, count: number): Buffer {
  const most = Math.floor(MOST_BYTES / 3 / Math.max(1, bytes.length));
  return Buffer.concat(Array.from({ length: Math.min(count, most) }, () => bytes));
}

const token = fc.constantFrom(...TOKENS).map((text) => Buffer.from(text, "latin1"));

const MUTATIONS: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([where, value]): Mutation =>
      (bytes) => {
        return replaced(bytes, at(bytes, where), at(bytes, where) + 1, Uint8Array.of(value));
      },
  ),
  fc.tuple(place, token, times).map(
    ([where, text, count]): Mutation =>
      (bytes) => {
        return replaced(bytes, at(bytes, where), at(bytes, where), repeated(text, count));
      },
  ),
  fc.tuple(place, place).map(
    ([a, b]): Mutation =>
      (bytes) =>
        replaced(bytes, ...span(bytes, a, b), Buffer.alloc(0)),
  ),
  fc.tuple(place, place, times).map(
    ([a, b, count]): Mutation =>
      (bytes) => {
        const [from, to] = span(bytes, a, b);
        return replaced(bytes, to, to, repeated(bytes.subarray(from, to), count));
      },
  ),
  fc.tuple(place, place, place, fc.nat()).map(
    ([a, b, where, pick]): Mutation =>
      (bytes, corpus) => {
        const other = corpus[pick % corpus.length] ?? bytes;
        return replaced(bytes, at(bytes, where), at(bytes, where), other.subarray(...span(other, a, b)));
      },
  ),
  fc.tuple(place, token).map(
    ([where, text]): Mutation =>
      (bytes) =>
        wordReplaced(bytes, where, text),
  ),
  fc.constant<Mutation>((bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r"), "latin1")),
  fc.constant<Mutation>((bytes) => Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), bytes])),
  place.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
);

/** A whole word or number gives way, so that the text around it still parses. */
function wordReplaced(bytes: Buffer, where: number, token: Buffer): Buffer {
  const text = bytes.toString("latin1");
  const words = [...text.matchAll(/[\w.*/-]+/g)];
  const word = words[Math.floor(where * (words.length - 1))];
  return word === undefined ? bytes : replaced(bytes, word.index, word.index + word[0].length, token);
}

/** Seeds of the corpus, changed in one to six places. */
export function mutated(corpus: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc.tuple(fc.constantFrom(...corpus), fc.array(MUTATIONS, { minLength: 1, maxLength: 6 })).map(([start, mutations]) => {
    return mutations.reduce((bytes, mutation) => mutation(bytes, corpus), start).subarray(0, MOST_BYTES);
  });
}
