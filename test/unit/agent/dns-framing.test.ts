import fc from "fast-check";
import { expect, test } from "vitest";
import { framed, messagesOf } from "../../../src/agent/dns-framing.ts";
import { allOf } from "./all-of.ts";

async function* cut(whole: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let bytes = whole;
  for (const size of [...sizes, whole.length]) {
    yield bytes.subarray(0, size);
    bytes = bytes.subarray(size);
  }
}

const message = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

test("messages come out as they went in, however the connection cut them up, and none that is not whole", async () => {
  const inputs = [fc.array(message, { maxLength: 8 }), fc.array(fc.nat(700)), fc.nat(2)] as const;
  await fc.assert(
    fc.asyncProperty(...inputs, async (messages, sizes, torn) => {
      const bytes = Buffer.concat([...messages.map(framed), framed(Buffer.alloc(9)).subarray(0, torn)]);
      expect(await allOf(messagesOf(cut(bytes, sizes)))).toEqual(messages);
    }),
    { numRuns: 300 },
  );
});

test("the longest message there is", async () => {
  const longest = Buffer.alloc(65_535, 1);
  expect(await allOf(messagesOf(cut(framed(longest), [1, 1, 30_000])))).toEqual([longest]);
});
