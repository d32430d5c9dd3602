import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/**
 * A server of the outside world.
 * - `http`: HTTP/1, answers what it saw as JSON (`OutsideEcho`)
 * - `https`: the same over TLS, HTTP/1 and HTTP/2 by ALPN
 * - `http2`: the same over cleartext HTTP/2 (prior knowledge)
 * - `grpc`: cleartext HTTP/2; any unary method answers its request's message
 * - `tcp`: sends back what it gets
 * - `banner`: speaks first (`220 NAME ready`), then sends back what it gets
 */
export interface OutsideServer {
  readonly name: string;
  readonly kind: "http" | "https" | "http2" | "grpc" | "tcp" | "banner";
  readonly address: string;
  readonly port: number;
  /** Names of its certificate, `https` only. */
  readonly hosts?: readonly string[];
  /** Status of its answers, default 200. */
  readonly status?: number;
}

/** What an HTTP server of the outside world says about a request it got. */
export interface OutsideEcho {
  readonly server: string;
  /** Address the request came from. */
  readonly remote: string;
  /** Address and port it was sent to, as it arrived. */
  readonly local: string;
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly sni?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

/** Starts a server; resolves when it listens. */
export function startOutsideServer(server: OutsideServer, identity: ServerIdentity | undefined): Promise<void> {
  const listener = makeServer(server, identity);
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(server.port, server.address, () => resolve());
  });
}

function makeServer(server: OutsideServer, identity: ServerIdentity | undefined): Server {
  const answer = (request: AnyRequest, response: AnyResponse) => answerEcho(server, request, response);
  switch (server.kind) {
    case "http":
      return createHttpServer({ keepAliveTimeout: 60_000 }, answer);
    case "https":
      return createSecureServer({ ...identity, allowHTTP1: true }, answer) as unknown as Server;
    case "http2":
      return createHttp2Server(answer) as unknown as Server;
    case "grpc":
      return createHttp2Server().on("stream", answerGrpc) as unknown as Server;
    case "tcp":
      return createTcpServer((socket) => echoBytes(socket));
    case "banner":
      return createTcpServer((socket) => {
        socket.write(`220 ${server.name} ready\r\n`);
        echoBytes(socket);
      });
  }
}

function answerEcho(server: OutsideServer, request: AnyRequest, response: AnyResponse): void {
  const socket = request.socket as Socket & Partial<TLSSocket>;
  const sni = (socket as { servername?: string | false }).servername;
  const echo: OutsideEcho = {
    server: server.name,
    remote: socket.remoteAddress ?? "",
    local: `${socket.localAddress}:${socket.localPort}`,
    protocol: `HTTP/${request.httpVersion}`,
    method: request.method ?? "",
    path: request.url ?? "",
    host: String(request.headers.host ?? request.headers[":authority"] ?? ""),
    ...(sni ? { sni } : {}),
    headers: request.headers,
  };
  request.resume();
  response.statusCode = server.status ?? 200;
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify(echo)}\n`);
}

/** gRPC on the wire: the request's frames come back, the status is a trailer (gRPC over HTTP/2, «Responses»). */
function answerGrpc(stream: ServerHttp2Stream): void {
  const frames: Buffer[] = [];
  stream.on("error", () => undefined);
  stream.on("data", (chunk: Buffer) => frames.push(chunk));
  stream.on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat(frames));
  });
}

function echoBytes(socket: Socket): void {
  socket.on("error", () => undefined);
  socket.pipe(socket);
}
