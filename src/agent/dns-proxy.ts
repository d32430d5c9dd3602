import type { Socket } from "node:dgram";
import { listening } from "../base/listening.ts";
import { connectionServer } from "./dns-connections.ts";
import { querySocket } from "./dns-datagrams.ts";
import type { QueryEnd, QueryHandling } from "./query-handling.ts";

/**
 * Where captured DNS queries are led. Those that have a local answer get it; all others and their answers are passed on as they are, so
 * that names of the cluster stay what they are.
 */
export interface DnsProxy {
  /** Rejects where the port cannot be had. */
  start(): Promise<void>;
  stop(): void;
  /** Queries so far. */
  queries(): Readonly<Record<QueryEnd, number>>;
}

export interface DnsProxyOptions extends Omit<QueryHandling, "ended" | "mostAtOnce" | "stopped"> {
  /** On loopback of both families: the redirection leads there. */
  readonly port: number;
}

/** More are the work of somebody who does not wait for answers. */
const MOST_AT_ONCE = 1000;

export function createDnsProxy({ port, ...options }: DnsProxyOptions): DnsProxy {
  const stopping = new AbortController();
  const queries = { answered: 0, forwarded: 0, unanswered: 0 };
  const ended = (how: QueryEnd, count = 1): void => {
    queries[how] += count;
  };
  const handling: QueryHandling = { ...options, ended, mostAtOnce: MOST_AT_ONCE, stopped: stopping.signal };
  return {
    start: async () => {
      await listenAt("127.0.0.1", port, handling);
      // Where the kernel has no IPv6 there is no second address, and nobody who would be led there.
      await listenAt("::1", port, handling).catch(() => undefined);
    },
    stop: () => stopping.abort(),
    queries: () => queries,
  };
}

async function listenAt(host: string, port: number, handling: QueryHandling): Promise<void> {
  const [datagrams, connections] = [querySocket(host, handling), connectionServer(handling)];
  const at = { host, port, exclusive: true, signal: handling.stopped };
  await Promise.all([boundSocket(datagrams, host, port), listening(connections, at)]);
}

function boundSocket(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port, exclusive: true }, resolve);
  });
}
