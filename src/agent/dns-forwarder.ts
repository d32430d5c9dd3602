import { createSocket, type Socket } from "node:dgram";
import { connect, createServer, isIP, type Server } from "node:net";
import type { Clock } from "../base/clock.ts";
import { listening } from "../base/listening.ts";
import type { AgentLog } from "./agent-log.ts";

/** Where captured DNS queries are led. They and their answers are passed on as they are, so that names are the cluster's own. */
export interface DnsForwarder {
  /** Rejects where the port cannot be had. */
  start(): Promise<void>;
  stop(): void;
}

export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

export interface DnsForwarderOptions {
  /** On loopback of both families: the redirection leads there. */
  readonly port: number;
  /** Asked in this order, each where the one before does not answer. */
  readonly servers: readonly DnsServer[];
  readonly clock: Clock;
  readonly log: AgentLog;
}

/** A resolver gives up after five seconds: two servers are asked by then. */
const ANSWER_MS = 2000;
/** Longer than a resolver keeps a connection. */
const IDLE_MS = 30_000;
/** More are the work of somebody who does not wait for answers. */
const MOST_AT_ONCE = 1000;

export function createDnsForwarder(options: DnsForwarderOptions): DnsForwarder {
  const stopping = new AbortController();
  return {
    start: async () => {
      await listenAt("127.0.0.1", options, stopping.signal);
      // Where the kernel has no IPv6 there is no second address, and nobody who would be led there.
      await listenAt("::1", options, stopping.signal).catch(() => undefined);
    },
    stop: () => stopping.abort(),
  };
}

async function listenAt(host: string, options: DnsForwarderOptions, stopped: AbortSignal): Promise<void> {
  const { port } = options;
  const [queries, connections] = [querySocket(host, options, stopped), connectionServer(options, stopped)];
  await Promise.all([boundSocket(queries, host, port), listening(connections, { host, port, exclusive: true, signal: stopped })]);
}

function querySocket(host: string, { servers, clock, log }: DnsForwarderOptions, stopped: AbortSignal): Socket {
  const socket = createSocket({ type: typeOf(host), signal: stopped });
  let open = 0;
  socket.on("message", (query, from) => {
    if (open >= MOST_AT_ONCE) return;
    open += 1;
    void firstAnswer(query, servers, clock).then((answer) => {
      open -= 1;
      if (stopped.aborted) return;
      if (answer !== undefined) socket.send(answer, from.port, from.address);
      else log.debug({ servers: servers.map((server) => server.host) }, "no DNS server answers");
    });
  });
  socket.on("error", (error) => log.warn({ reason: error.message }, "captured DNS queries cannot be read"));
  return socket;
}

async function firstAnswer(query: Buffer, servers: readonly DnsServer[], clock: Clock): Promise<Buffer | undefined> {
  for (const server of servers) {
    const answer = await ask(query, server, clock);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** A connected socket takes datagrams of that server alone. */
function ask(query: Buffer, { host, port }: DnsServer, clock: Clock): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(typeOf(host));
    const end = (answer?: Buffer): void => {
      forget();
      socket.removeAllListeners().on("error", () => undefined);
      socket.close();
      resolve(answer);
    };
    const forget = clock.after(ANSWER_MS, () => end());
    socket.once("message", end);
    socket.once("error", () => end());
    // Without a callback a server to which there is no way is an error like any other.
    socket.once("connect", () => socket.send(query));
    socket.connect(port, host);
  });
}

/** Queries over TCP, whose answers are too long for a datagram. */
function connectionServer({ servers, log }: DnsForwarderOptions, stopped: AbortSignal): Server {
  const server = createServer((client) => {
    const [first] = servers;
    if (first === undefined) return void client.destroy();
    const upstream = connect({ ...first, signal: stopped });
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      socket.setTimeout(IDLE_MS, () => socket.destroy());
      socket.on("error", () => socket.destroy());
      socket.on("close", () => other.destroy());
    }
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.maxConnections = MOST_AT_ONCE;
  server.on("error", (error) => log.warn({ reason: error.message }, "captured DNS queries over TCP cannot be read"));
  return server;
}

const typeOf = (host: string): "udp4" | "udp6" => (isIP(host) === 6 ? "udp6" : "udp4");

function boundSocket(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port, exclusive: true }, resolve);
  });
}
