import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type AdmissionAppOptions, admissionApp } from "./admission-app.ts";

/** PEM texts: the chain, leaf first, and its key. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface AdmissionServerOptions extends AdmissionAppOptions {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificate: ServingCertificate;
}

export interface AdmissionServer {
  readonly port: number;
  /** Serves new connections with another certificate; those that are open go on. */
  setCertificate(certificate: ServingCertificate): void;
  /** Takes no more connections, and resolves when the requests under way are answered. */
  stop(): Promise<void>;
}

/**
 * API servers give up an idle connection after 90 s. Whoever closes first must not be us: the request that is on its way meanwhile would
 * fail, and with it what somebody applies.
 */
const KEEP_ALIVE_MS = 150_000;

/** Listens for the API server. Resolves once connections are accepted; rejects where the port is taken. */
export async function startAdmissionServer(options: AdmissionServerOptions): Promise<AdmissionServer> {
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer({ ...secure(options.certificate), ...limits }, admissionApp(options));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, resolve);
  });
  server.on("tlsClientError", (cause) => options.log.info({ err: cause }, "TLS handshake with a webhook's caller failed"));
  return {
    port: (server.address() as AddressInfo).port,
    setCertificate: (certificate) => server.setSecureContext(secure(certificate)),
    stop: () => stop(server),
  };
}

function secure({ cert, key }: ServingCertificate): { cert: string; key: string; minVersion: "TLSv1.2" } {
  return { cert, key, minVersion: "TLSv1.2" };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((cause) => (cause === undefined ? resolve() : reject(cause)));
    server.closeIdleConnections();
  });
}
