import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { querySocket } from "../../../src/agent/dns-datagrams.ts";
import { createDnsProxy, type DnsProxy } from "../../../src/agent/dns-proxy.ts";
import { createLocalAnswer } from "../../../src/agent/local-answers.ts";
import { createNameTable } from "../../../src/agent/name-table.ts";
import type { DnsServer } from "../../../src/agent/query-handling.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { heldClock } from "./held-clock.ts";
import { toldName } from "./told-name.ts";

const SILENT_LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Answers every query by what it was asked, behind its own name. */
async function udpServer(name: string | undefined): Promise<DnsServer> {
  const socket = createSocket("udp4");
  open.push(socket);
  socket.on("message", (query, from) => name !== undefined && socket.send(`${name}: ${query}`, from.port, from.address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { host: "127.0.0.1", port: socket.address().port };
}

/** Free for both protocols, and outside of those that the kernel gives to whoever connects. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const [socket, server] = [createSocket("udp4"), createServer()];
    const bound = [once(socket, "listening"), once(server, "listening")];
    socket.bind(port, "127.0.0.1");
    server.listen(port, "127.0.0.1");
    const free = (await Promise.allSettled(bound)).every(({ status }) => status === "fulfilled");
    await Promise.allSettled([once(socket, "close"), free ? once(server, "close") : undefined, socket.close(), server.close()]);
    if (free) return port;
  }
}

/** Answers by itself whatever begins with `own`. */
const localAnswer = (query: Buffer): Buffer | undefined => (query.toString().startsWith("own") ? Buffer.from(`us: ${query}`) : undefined);

function made(port: number, servers: readonly DnsServer[], clock: Clock = systemClock): DnsProxy {
  return createDnsProxy({ port, localAnswer, servers, clock, log: SILENT_LOG });
}

async function started(servers: readonly DnsServer[], clock: Clock = systemClock): Promise<{ port: number; proxy: DnsProxy }> {
  const port = await freePort();
  const proxy = made(port, servers, clock);
  await proxy.start();
  open.push({ close: () => proxy.stop() });
  return { port, proxy };
}

async function asked(port: number, query: string): Promise<string> {
  const socket: Socket = createSocket("udp4");
  open.push(socket);
  socket.send(query, port, "127.0.0.1");
  const [answer] = (await once(socket, "message")) as [Buffer];
  return answer.toString();
}

test("a query without a local answer is passed on, and its answer back", async () => {
  const { port } = await started([await udpServer("first"), await udpServer("second")]);
  expect(await Promise.all(["a", "b"].map((query) => asked(port, query)))).toEqual(["first: a", "first: b"]);
});

test("a query that has a local answer gets it, and no server hears of it; each query is counted by what became of it", async () => {
  const { port, proxy } = await started([await udpServer("first")]);
  expect(await asked(port, "own a")).toBe("us: own a");
  expect(await asked(port, "b")).toBe("first: b");
  expect(proxy.queries()).toEqual({ answered: 1, forwarded: 1, unanswered: 0 });
});

test("a query that no server answers is counted when the last was asked, and holds up no local answer", async () => {
  const { port, proxy } = await started([{ host: "255.255.255.255", port: 53 }]);
  const socket = createSocket("udp4");
  open.push(socket);
  socket.send("a", port, "127.0.0.1");
  expect(await asked(port, "own b")).toBe("us: own b");
  await expect.poll(() => proxy.queries()).toEqual({ answered: 1, forwarded: 0, unanswered: 1 });
});

test("a resolver finds the addresses of both families, over TCP where they are many, and that there are none of one", async () => {
  const many = Array.from({ length: 200 }, (_, index) => `10.0.0.${index}`);
  const told = [toldName("db.internal", ["10.1.1.1", "fd00::1"]), toldName("*.example.com", many)];
  const names = createNameTable({ get: (name) => told.find((one) => one.name === name) });
  const port = await freePort();
  const answer = createLocalAnswer(names, Math.random);
  const proxy = createDnsProxy({ port, localAnswer: answer, servers: [], clock: systemClock, log: SILENT_LOG });
  await proxy.start();
  open.push({ close: () => proxy.stop() });
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  expect(await resolver.resolve4("Db.Internal", { ttl: true })).toEqual([{ address: "10.1.1.1", ttl: 30 }]);
  expect(await resolver.resolve6("db.internal")).toEqual(["fd00::1"]);
  expect((await resolver.resolve4("a.b.example.com")).sort()).toEqual([...many].sort());
  await expect(resolver.resolve6("a.b.example.com")).rejects.toMatchObject({ code: "ENODATA" });
  // One more for the answer that was too long.
  expect(proxy.queries()).toEqual({ answered: 5, forwarded: 0, unanswered: 0 });
});

test("where the first server is silent the next one is asked", async () => {
  const silent = createSocket("udp4");
  open.push(silent);
  silent.bind(0, "127.0.0.1");
  await once(silent, "listening");
  const clock = heldClock();
  const { port } = await started([{ host: "127.0.0.1", port: silent.address().port }, await udpServer("second")], clock);
  const answer = asked(port, "a");
  await once(silent, "message");
  clock.advance(2000);
  expect(await answer).toBe("second: a");
});

test("a query that says to come from port 0, as a raw socket can, ends nothing: no answer can be sent there", async () => {
  const ended: string[] = [];
  const stopping = new AbortController();
  const servers = [await udpServer("first")];
  const limits = { mostAtOnce: 10, clock: systemClock, log: SILENT_LOG, stopped: stopping.signal };
  const socket = querySocket("127.0.0.1", { localAnswer, servers, ended: (how) => void ended.push(how), ...limits });
  const from = { address: "127.0.0.1", family: "IPv4", port: 0, size: 5 };
  for (const query of ["own a", "b"]) socket.emit("message", Buffer.from(query), from);
  expect(ended).toEqual([]);
  stopping.abort();
});

test("more queries at a time than may be wait for no answer, and there is room again as soon as one has ended", async () => {
  const ended: string[] = [];
  const [stopping, clock] = [new AbortController(), heldClock()];
  const servers = [await udpServer(undefined)];
  const limits = { mostAtOnce: 2, clock, log: SILENT_LOG, stopped: stopping.signal };
  const socket = querySocket("127.0.0.1", { localAnswer, servers, ended: (how) => void ended.push(how), ...limits });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const from = { address: "127.0.0.1", family: "IPv4", port: socket.address().port, size: 1 };
  const query = (text: string): unknown => socket.emit("message", Buffer.from(text), from);
  for (const text of ["a", "b", "c"]) query(text);
  expect(ended).toEqual(["unanswered"]);
  query("own d");
  expect(ended).toEqual(["unanswered", "answered"]);
  clock.advance(2000);
  await expect.poll(() => ended.length).toBe(4);
  query("e");
  query("f");
  expect(ended.length).toBe(4);
  stopping.abort();
  clock.advance(2000);
});

test("a port that is taken is said at the start", async () => {
  const { port } = await udpServer("taken");
  const proxy = made(port, []);
  await expect(proxy.start()).rejects.toThrow(/EADDRINUSE/);
  proxy.stop();
});

test("a server to which there is no way is passed over", async () => {
  // The kernel refuses to connect to the broadcast address, as it does to an IPv6 server in a pod without a route: nothing is sent.
  const { port } = await started([{ host: "255.255.255.255", port: 53 }, await udpServer("second")]);
  expect(await asked(port, "a")).toBe("second: a");
});

test("stopped, it ends what is under way: connections are closed, and an answer that comes late goes nowhere", async () => {
  const silent = createServer();
  open.push(silent);
  const upstream = await freePort();
  silent.listen(upstream, "127.0.0.1");
  await once(silent, "listening");
  const late = createSocket("udp4");
  open.push(late);
  const reached = new Promise<() => void>((resolve) => {
    late.on("message", (query, from) => resolve(() => late.send(query, from.port, from.address)));
  });
  late.bind(upstream, "127.0.0.1");
  await once(late, "listening");
  const port = await freePort();
  const proxy = made(port, [{ host: "127.0.0.1", port: upstream }]);
  await proxy.start();
  const [idle, waiting] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  const closed = Promise.all([once(idle, "close"), once(waiting, "close")]);
  waiting.write("\0\x01a");
  await once(silent, "connection");
  const asking = createSocket("udp4");
  open.push(asking);
  asking.send("a", port, "127.0.0.1");
  const answer = await reached;
  proxy.stop();
  answer();
  await closed;
  // Both have come to their end. A fault of the late answer would be an unhandled rejection, which fails this run.
  await expect.poll(() => proxy.queries()).toEqual({ answered: 0, forwarded: 1, unanswered: 1 });
});
