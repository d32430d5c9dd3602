import { createSocket, type Socket } from "node:dgram";
import { isIP } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { DnsServer, QueryHandling } from "./query-handling.ts";

/** A resolver gives up after five seconds: two servers are asked by then. */
const ANSWER_MS = 2000;

/** Queries over UDP; to be bound to an address of the host's family. */
export function querySocket(host: string, handling: QueryHandling): Socket {
  const { localAnswer, servers, ended, mostAtOnce, clock, log, stopped } = handling;
  const socket = createSocket({ type: typeOf(host), signal: stopped });
  let open = 0;
  socket.on("message", (query, from) => {
    // A raw socket can say that it is port 0, to which nothing can be sent: trying to would throw.
    if (from.port === 0) return;
    const own = localAnswer(query, "udp");
    if (own !== undefined) {
      ended("answered");
      socket.send(own, from.port, from.address);
      return;
    }
    if (open >= mostAtOnce) return ended("unanswered");
    open += 1;
    void firstAnswer(query, servers, clock).then((answer) => {
      open -= 1;
      ended(answer === undefined ? "unanswered" : "forwarded");
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

const typeOf = (host: string): "udp4" | "udp6" => (isIP(host) === 6 ? "udp6" : "udp4");
