import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createDnsForwarder, type DnsForwarder } from "../../../src/agent/dns-forwarder.ts";
import { systemClock } from "../../../src/base/clock.ts";

const SILENT_LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Answers every query by what it was asked, behind its own name. */
async function udpServer(name: string | undefined): Promise<{ readonly host: string; readonly port: number }> {
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

async function forwarder(servers: readonly { readonly host: string; readonly port: number }[]): Promise<number> {
  const port = await freePort();
  const made: DnsForwarder = createDnsForwarder({ port, servers, clock: systemClock, log: SILENT_LOG });
  await made.start();
  open.push({ close: () => made.stop() });
  return port;
}

async function asked(port: number, query: string): Promise<string> {
  const socket: Socket = createSocket("udp4");
  open.push(socket);
  socket.send(query, port, "127.0.0.1");
  const [answer] = (await once(socket, "message")) as [Buffer];
  return answer.toString();
}

test("a query is passed on, and its answer back", async () => {
  const port = await forwarder([await udpServer("first"), await udpServer("second")]);
  expect(await Promise.all(["a", "b"].map((query) => asked(port, query)))).toEqual(["first: a", "first: b"]);
});

test("where the first server is silent the next one is asked", async () => {
  const port = await forwarder([await udpServer(undefined), await udpServer("second")]);
  expect(await asked(port, "a")).toBe("second: a");
});

test("over TCP too", async () => {
  const server: Server = createServer((socket) => socket.on("data", (query) => socket.end(`tcp: ${query}`)));
  open.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = await forwarder([{ host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 0 }]);
  const client = connect(port, "127.0.0.1");
  client.write("a");
  const [answer] = (await once(client, "data")) as [Buffer];
  expect(answer.toString()).toBe("tcp: a");
  client.destroy();
});

test("a port that is taken is said at the start", async () => {
  const { port } = await udpServer("taken");
  const made = createDnsForwarder({ port, servers: [], clock: systemClock, log: SILENT_LOG });
  await expect(made.start()).rejects.toThrow(/EADDRINUSE/);
  made.stop();
});

test("a server to which there is no way is passed over", async () => {
  // The kernel refuses to connect to the broadcast address, as it does to an IPv6 server in a pod without a route: nothing is sent.
  const port = await forwarder([{ host: "255.255.255.255", port: 53 }, await udpServer("second")]);
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
  const made = createDnsForwarder({ port, servers: [{ host: "127.0.0.1", port: upstream }], clock: systemClock, log: SILENT_LOG });
  await made.start();
  const client = connect(port, "127.0.0.1");
  const closed = once(client, "close");
  await once(silent, "connection");
  const asking = createSocket("udp4");
  open.push(asking);
  asking.send("a", port, "127.0.0.1");
  const answer = await reached;
  made.stop();
  answer();
  await closed;
  // A fault of the late answer would be an unhandled rejection, which fails this run.
  await new Promise((resolve) => setTimeout(resolve, 50));
});
