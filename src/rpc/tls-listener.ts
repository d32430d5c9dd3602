import { type AddressInfo, createServer } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Clock } from "../base/clock.ts";
import { listening } from "../base/listening.ts";
import { createTurns } from "../base/turns.ts";
import type { TlsMaterial, TlsSource } from "./tls-source.ts";

export interface TlsListenerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly source: TlsSource;
  readonly clock: Clock;
  /** Takes a connection over once its handshake is done. */
  readonly connected: (socket: TLSSocket) => void;
  /** `connected` threw, which is a bug. */
  readonly failed: (error: unknown) => void;
}

export interface TlsListener {
  readonly port: number;
  /** Takes no more connections, and drops those that were not handed over. */
  close(): void;
}

/** Nothing synchronous may take 10 ms; half of that is for what is made of connections whose handshakes ended together. */
const SLICE_MS = 5;
/** Longer than any agent waits. */
const HANDSHAKE_MS = 10_000;
/** An agent gives up a dial after five seconds: to begin with one that has waited nearly as long would be work for nobody. */
const WAIT_MS = 4_000;

const TLS_OPTIONS = { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ["h2"], handshakeTimeout: HANDSHAKE_MS };

/**
 * Listens for HTTP/2 over TLS. A client certificate is asked for and checked, not demanded. However many connect at once, one handshake begins in
 * a turn of the event loop, so that a herd of proxies does not hold up who else is served by this process. Rejects when the address cannot
 * be bound.
 */
export async function listenTls(options: TlsListenerOptions): Promise<TlsListener> {
  const { source, clock, connected, failed } = options;
  const beginnings = createTurns({ clock, sliceMs: 0, failed });
  const endings = createTurns({ clock, sliceMs: SLICE_MS, failed });
  let closed = false;
  const secure = createTlsServer({ ...TLS_OPTIONS, ...secureOptions(source.current()) }, (socket) => {
    socket.on("error", () => socket.destroy());
    endings.take(() => (closed ? socket.destroy() : connected(socket)));
  });
  const accepting = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const since = clock.now();
    socket.on("error", () => socket.destroy());
    beginnings.take(() => (closed || clock.now() - since > WAIT_MS ? socket.destroy() : secure.emit("connection", socket)));
  });
  const forget = source.watch((material) => secure.setSecureContext(secureOptions(material)));
  await listening(accepting, { host: options.host, port: options.port });
  return {
    port: (accepting.address() as AddressInfo).port,
    close: () => {
      closed = true;
      forget();
      accepting.close();
    },
  };
}

function secureOptions({ certPem, key, rootPem }: TlsMaterial): { cert: string; key: string; ca: string } {
  return { cert: certPem, key: key.reveal(), ca: rootPem };
}
