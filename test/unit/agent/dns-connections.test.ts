import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { connectionServer } from "../../../src/agent/dns-connections.ts";
import { framed, messagesOf } from "../../../src/agent/dns-framing.ts";
import type { QueryEnd } from "../../../src/agent/query-handling.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { allOf } from "./all-of.ts";

const SILENT_LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end();
});

/** The next connection that anybody opens. */
function nextDialled(): Promise<Socket> {
  return new Promise((resolve) => {
    const take = (message: unknown): void => {
      unsubscribe("net.client.socket", take);
      resolve((message as { readonly socket: Socket }).socket);
    };
    subscribe("net.client.socket", take);
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  server.on("connection", (socket) => {
    open.push(() => socket.destroy());
    socket.on("error", () => undefined);
  });
  open.push(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

interface FakeServer {
  readonly at: { readonly host: string; readonly port: number };
  /** One line a connection: what was asked on it. */
  readonly heard: string[][];
}

/** Answers each query behind its own name, or as it is told to. */
async function dnsServer(answer = (socket: Socket, query: Buffer): unknown => socket.write(framed(Buffer.from(`server: ${query}`)))) {
  const heard: string[][] = [];
  const take = async (socket: Socket, queries: string[]): Promise<void> => {
    for await (const query of messagesOf(socket)) {
      queries.push(query.toString());
      answer(socket, query);
    }
  };
  const server = createServer((socket) => {
    const queries: string[] = [];
    heard.push(queries);
    take(socket, queries).catch(() => socket.destroy());
  });
  return { at: { host: "127.0.0.1", port: await listen(server) }, heard } satisfies FakeServer;
}

/** A port at which nobody listens. */
async function refusing(): Promise<FakeServer["at"]> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return { host: "127.0.0.1", port };
}

/** Answers by itself whatever begins with `own`; `looked` is told of each query before. */
async function proxy(servers: readonly FakeServer["at"][], { mostAtOnce = 10, looked = (_query: Buffer): void => undefined } = {}) {
  const counts: Partial<Record<QueryEnd, number>> = {};
  const stopping = new AbortController();
  const server = connectionServer({
    localAnswer: (query) => {
      looked(query);
      return query.toString().startsWith("own") ? Buffer.from(`us: ${query}`) : undefined;
    },
    servers,
    mostAtOnce,
    ended: (how, queries = 1) => {
      counts[how] = (counts[how] ?? 0) + queries;
    },
    clock: systemClock,
    log: SILENT_LOG,
    stopped: stopping.signal,
  });
  open.push(() => stopping.abort());
  const port = await listen(server);
  const taken = once(server, "connection");
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => undefined);
  open.push(() => client.destroy());
  const answers = messagesOf(client);
  const [served] = (await taken) as [Socket];
  return {
    client,
    /** The proxy's side of it. */
    served,
    port,
    counts,
    ask: (...queries: readonly string[]) => void client.write(Buffer.concat(queries.map((query) => framed(Buffer.from(query))))),
    hear: async (): Promise<string | undefined> => {
      const { value } = await answers.next();
      return value?.toString();
    },
    rest: async () => (await allOf(answers)).map((answer) => answer.toString()),
  };
}

test("several queries on one connection, some answered here, the others on one connection to the server", async () => {
  const server = await dnsServer();
  const { ask, hear, counts } = await proxy([server.at]);
  ask("own a", "b", "own c", "d");
  expect([await hear(), await hear(), await hear(), await hear()].sort()).toEqual(["server: b", "server: d", "us: own a", "us: own c"]);
  ask("e");
  expect(await hear()).toBe("server: e");
  expect(server.heard).toEqual([["b", "d", "e"]]);
  expect(counts).toEqual({ answered: 2, forwarded: 3 });
});

test("where all is answered here no server hears of it", async () => {
  const server = await dnsServer();
  const { ask, hear } = await proxy([server.at]);
  ask("own a", "own b");
  expect([await hear(), await hear()]).toEqual(["us: own a", "us: own b"]);
  expect(server.heard).toEqual([]);
});

test("queries byte by byte, and answers that come in pieces around a local one", async () => {
  const halves: (() => void)[] = [];
  const server = await dnsServer((socket, query) => {
    const answer = framed(Buffer.from(`server: ${query}`));
    socket.write(answer.subarray(0, 5));
    halves.push(() => socket.write(answer.subarray(5)));
  });
  const { client, ask, hear } = await proxy([server.at]);
  client.setNoDelay(true);
  for (const byte of framed(Buffer.from("long question"))) {
    client.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => halves.length).toBe(1);
  ask("own b");
  expect(await hear()).toBe("us: own b");
  halves[0]?.();
  expect(await hear()).toBe("server: long question");
});

test("a client that closed its side hears all answers, then the end", async () => {
  const held: (() => void)[] = [];
  const server = await dnsServer((socket, query) => held.push(() => socket.write(framed(query))));
  const { client, ask, rest } = await proxy([server.at]);
  ask("a", "own b", "c");
  client.end();
  await expect.poll(() => held.length).toBe(2);
  for (const answer of held) answer();
  expect(await rest()).toEqual(["us: own b", "a", "c"]);
});

test("a server that refuses costs no local answer, and the client is told that there is none from it", async () => {
  const { ask, rest, counts } = await proxy([await refusing()]);
  ask("own a", "b", "own c");
  expect(await rest()).toEqual(["us: own a", "us: own c"]);
  expect(counts).toEqual({ answered: 2, unanswered: 1 });
});

test("without servers too", async () => {
  const { ask, rest, counts } = await proxy([]);
  ask("own a", "b", "own c");
  expect(await rest()).toEqual(["us: own a"]);
  expect(counts).toEqual({ answered: 1, unanswered: 1 });
});

test("a server that closes when it has answered is dialled again, and local answers go on between", async () => {
  const closed: Promise<unknown>[] = [];
  const server = await dnsServer((socket, query) => {
    closed.push(once(socket, "close"));
    socket.end(framed(Buffer.from(`server: ${query}`)));
  });
  const { ask, hear } = await proxy([server.at]);
  for (const name of ["a", "b"]) {
    ask(name);
    expect(await hear()).toBe(`server: ${name}`);
    await closed.at(-1);
    ask(`own ${name}`);
    expect(await hear()).toBe(`us: own ${name}`);
  }
  expect(server.heard).toEqual([["a"], ["b"]]);
});

test("a server that closes in the middle of an answer: the client is told the end, and nothing that is not whole", async () => {
  const server = await dnsServer((socket) => socket.end(Uint8Array.of(0, 9, 1, 2)));
  const { ask, rest, counts } = await proxy([server.at]);
  ask("own a", "b");
  expect(await rest()).toEqual(["us: own a"]);
  expect(counts).toEqual({ answered: 1, unanswered: 1 });
});

test("answers that nobody asked for go nowhere", async () => {
  const server = await dnsServer((socket, query) => socket.write(Buffer.concat([framed(query), framed(Buffer.from("forged"))])));
  const { ask, hear, counts } = await proxy([server.at]);
  ask("a");
  expect(await hear()).toBe("a");
  ask("own b");
  expect(await hear()).toBe("us: own b");
  expect(counts).toEqual({ answered: 1, forwarded: 1 });
});

test("a client that goes takes its server's connection along, and its queries are counted", async () => {
  const closed = Promise.withResolvers<void>();
  const server = await dnsServer((socket) => socket.on("close", () => closed.resolve()));
  const { client, ask, counts } = await proxy([server.at]);
  ask("a", "b");
  await expect.poll(() => server.heard).toEqual([["a", "b"]]);
  client.resetAndDestroy();
  await closed.promise;
  await expect.poll(() => counts).toEqual({ unanswered: 2 });
});

test("more connections at a time than may be are closed, and cost nothing of the others", async () => {
  const { port, ask, hear } = await proxy([], { mostAtOnce: 1 });
  const second = connect({ port, host: "127.0.0.1" });
  await once(second, "close");
  ask("own a");
  expect(await hear()).toBe("us: own a");
});

test.each(["client", "server"])("a %s that says nothing for long is left, and the other side with it", async (silent) => {
  const server = await dnsServer(() => undefined);
  const { ask, served, rest, counts } = await proxy([server.at]);
  const dialling = nextDialled();
  ask("a");
  const dialled = await dialling;
  await expect.poll(() => server.heard).toEqual([["a"]]);
  const idle = silent === "client" ? served : dialled;
  expect(idle.timeout).toBe(30_000);
  idle.emit("timeout");
  expect(await rest()).toEqual([]);
  await expect.poll(() => counts).toEqual({ unanswered: 1 });
  expect(dialled.destroyed).toBe(true);
});

test("a client that takes no answer is given no other before", async () => {
  const waiting: number[] = [];
  const { ask, hear, served, counts } = await proxy([], { looked: () => void waiting.push(served.writableLength) });
  served.cork();
  ask("own a", "own b", "own c");
  await expect.poll(() => counts).toEqual({ answered: 1 });
  served.uncork();
  expect([await hear(), await hear(), await hear()]).toEqual(["us: own a", "us: own b", "us: own c"]);
  expect(waiting).toEqual([0, 0, 0]);
});

test("for a server that takes no query no more wait than a connection's buffer holds, and none is lost", async () => {
  const server = await dnsServer();
  const sockets: Socket[] = [];
  const overfull: string[] = [];
  const looked = (query: Buffer): void => {
    if (sockets[0]?.writableNeedDrain) overfull.push(query.toString());
  };
  const { client, ask, hear, rest } = await proxy([server.at], { looked });
  const dialling = nextDialled();
  ask("first");
  expect(await hear()).toBe("server: first");
  const dialled = await dialling;
  sockets.push(dialled);
  dialled.cork();
  const queries = Array.from({ length: 2000 }, (_, index) => `${index} ${"x".repeat(200)}`);
  ask(...queries);
  await expect.poll(() => dialled.writableNeedDrain).toBe(true);
  dialled.uncork();
  client.end();
  expect(await rest()).toEqual(queries.map((query) => `server: ${query}`));
  expect(overfull).toEqual([]);
});
