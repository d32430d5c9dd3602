import { createServer, type Server, type Socket } from "node:net";
import { listening } from "../base/listening.ts";
import type { Family } from "../iptables/iptables-options.ts";

/** Takes the calls that the redirection led back into the pod, and tells what they said. */
export interface ProbeListener {
  /** Rejects when the port cannot be had. */
  start(): Promise<void>;
  stop(): void;
}

export interface ProbeListenerOptions {
  readonly port: number;
  readonly families: readonly Family[];
  /** Somebody called and said this, at most `MOST_BYTES` of it. */
  readonly said: (text: string) => void;
}

const LOOPBACK: Readonly<Record<Family, string>> = { v4: "127.0.0.1", v6: "::1" };
const MOST_BYTES = 64;
/** Any program of the pod may call, and hold the line so long. */
const PATIENCE_MS = 2000;

export function createProbeListener({ port, families, said }: ProbeListenerOptions): ProbeListener {
  const servers = families.map((family) => ({ host: LOOPBACK[family], server: createServer((socket) => take(socket, said)) }));
  return {
    start: async () => {
      for (const { host, server } of servers) await listen(server, host, port);
    },
    stop: () => {
      for (const { server } of servers) server.close();
    },
  };
}

function take(socket: Socket, said: (text: string) => void): void {
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on("error", () => undefined);
  socket.once("data", (bytes) => {
    said(bytes.subarray(0, MOST_BYTES).toString("latin1"));
    socket.destroy();
  });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await listening(server, { host, port });
  // A connection that could not be taken is one that proves nothing.
  server.on("error", () => undefined);
  server.unref();
}
