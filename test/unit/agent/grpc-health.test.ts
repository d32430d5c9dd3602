import { createServer, type Http2Server } from "node:http2";
import { afterEach, expect, test } from "vitest";
import { checkHealth } from "../../../src/agent/grpc-health.ts";

let server: Http2Server | undefined;
afterEach(() => void server?.close());

/** What is found of an app that answers with these bytes. */
async function check(body: Buffer | readonly number[]): Promise<string | undefined> {
  const made = createServer().on("stream", (stream) => {
    stream.on("error", () => undefined);
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.from(body));
  });
  server = made;
  const port = await new Promise<number>((done) => {
    made.listen(0, "127.0.0.1", () => done((made.address() as { readonly port: number }).port));
  });
  return checkHealth({ host: "127.0.0.1", port, service: "", userAgent: "test", from: undefined, signal: AbortSignal.timeout(5000) });
}

test.each<[string, readonly number[], string | undefined]>([
  ["serving", [0, 0, 0, 0, 2, 8, 1], undefined],
  ["serving, beside a field that nobody knows", [0, 0, 0, 0, 5, 18, 1, 65, 8, 1], undefined],
  ["not serving", [0, 0, 0, 0, 2, 8, 2], "not serving"],
  ["an empty message", [0, 0, 0, 0, 0], "not serving"],
])("%s", async (_, body, problem) => {
  expect(await check(body)).toBe(problem);
});

test.each<[string, readonly number[]]>([
  ["a cut number", [0, 0, 0, 0, 1, 8]],
  ["a number without end", [0, 0, 0, 0, 12, 8, ...Array<number>(11).fill(255)]],
  ["a kind of field that is none", [0, 0, 0, 0, 1, 15]],
  ["a text longer than the message", [0, 0, 0, 0, 3, 18, 9, 65]],
  ["field 0", [0, 0, 0, 0, 2, 0, 1]],
  ["compressed", [1, 0, 0, 0, 2, 8, 1]],
  ["shorter than it says", [0, 0, 0, 0, 9, 8, 1]],
  ["longer than it says", [0, 0, 0, 0, 2, 8, 1, 0]],
  ["a cut prefix", [0, 0, 0]],
  ["nothing", []],
])("an answer that cannot be read is told as one: %s", async (_, body) => {
  expect(await check(body)).toBe("its answer cannot be read");
});

test("an app that does not stop answering is not listened to for long", async () => {
  await expect(check(Buffer.alloc(1_000_000))).rejects.toThrow("more than 65536 bytes");
});
