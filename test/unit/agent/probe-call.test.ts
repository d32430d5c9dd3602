import { createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { callProbe, type ProbeCall } from "../../../src/agent/probe-call.ts";
import { createProbeListener } from "../../../src/agent/probe-listener.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { type HeldClock, heldClock } from "./held-clock.ts";

const servers: { close(): void }[] = [];
const closeAll = (): void => {
  for (const server of servers.splice(0)) server.close();
};
afterEach(closeAll);

/** Answers on a port of loopback. */
function serve(answer: (socket: Socket) => void = () => undefined): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    answer(socket);
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** A port where nobody listens any more. */
async function closedPort(): Promise<number> {
  const port = await serve();
  closeAll();
  return port;
}

const call = (port: number, more: Partial<ProbeCall> = {}): ProbeCall => ({
  family: "v4",
  address: "127.0.0.1",
  port,
  clock: systemClock,
  expect: () => () => undefined,
  ...more,
});

test("a word that our own listener hears is proof", async () => {
  const port = await closedPort();
  const heard = new Map<string, () => void>();
  const listener = createProbeListener({ port, families: ["v4"], said: (word) => heard.get(word)?.() });
  await listener.start();
  servers.push({ close: listener.stop });
  const expectWord: ProbeCall["expect"] = (word, arrived) => {
    heard.set(word, arrived);
    return () => void heard.delete(word);
  };
  expect(await callProbe(call(port, { expect: expectWord }))).toEqual({ outcome: "captured" });
  expect(heard.size).toBe(0);
});

test("whoever else answers proves nothing, though it says the word back", async () => {
  const port = await serve((socket) => socket.once("data", (word) => socket.end(word)));
  expect(await callProbe(call(port))).toEqual({ outcome: "not captured", reason: "it was answered outside the pod" });
});

test("nobody listens", async () => {
  const port = await closedPort();
  expect(await callProbe(call(port))).toEqual({ outcome: "not captured", reason: expect.stringContaining("ECONNREFUSED") });
});

/** Until the call waits for an answer. */
async function connected(clock: HeldClock): Promise<void> {
  while (clock.pending() === 0) await new Promise((wait) => setTimeout(wait, 1));
}

test("nobody answers", async () => {
  const clock = heldClock();
  const proof = callProbe(call(await serve(), { clock }));
  await connected(clock);
  clock.advance(1000);
  expect(await proof).toEqual({ outcome: "not captured", reason: "nobody answered within 1000 ms" });
});

test("a process that was held up waits once more: the answer may have been there all the time", async () => {
  const clock = heldClock();
  const proof = callProbe(call(await serve(), { clock }));
  await connected(clock);
  clock.advance(5000);
  expect(clock.pending()).toBe(1);
  clock.advance(1000);
  expect(await proof).toMatchObject({ outcome: "not captured" });
});
