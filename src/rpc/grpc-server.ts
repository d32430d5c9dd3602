import { type handleBidiStreamingCall, type handleUnaryCall, Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import type { Clock } from "../base/clock.ts";
import { err, type Result } from "../base/result.ts";
import { type CallContext, contextOf } from "./call-context.ts";
import type { RpcFailure } from "./failure.ts";
import { toStatus } from "./grpc-status.ts";
import { asBuffer } from "./raw-bytes.ts";
import type { RpcStream, StreamHandlers } from "./rpc-stream.ts";
import { listenTls } from "./tls-listener.ts";
import type { TlsSource } from "./tls-source.ts";

/** Answers one request with one message. */
export interface UnaryMethod {
  readonly kind: "unary";
  handle(request: Uint8Array, context: CallContext): Promise<Result<Uint8Array, RpcFailure>>;
}

/** Takes an opened stream and says what to do with what arrives on it. */
export interface BidiMethod {
  readonly kind: "bidi";
  handle(stream: RpcStream, context: CallContext): StreamHandlers;
}

export type Method = UnaryMethod | BidiMethod;

export interface GrpcServerOptions {
  /** `port` 0 lets the system choose. The socket file must not exist. */
  readonly listen: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Without it the server speaks plain text: for Unix sockets and loopback only. */
  readonly tls?: TlsSource;
  /** By full path, as `/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources`. */
  readonly methods: Readonly<Record<string, Method>>;
  readonly clock: Clock;
  /**
   * A method threw, which is a bug: that one call ends as `internal`, everything else goes on, and this is told of it. Without
   * it Node's own warning on stderr tells.
   */
  readonly failed?: (error: unknown, path: string) => void;
}

export interface GrpcServer {
  /** The bound port; 1 for a socket. */
  readonly port: number;
  /** Takes no new call, lets open ones end for `graceMs`, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

/** Names of 30,000 hosts with their versions are some 4 MB, the transport's default limit. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

const SERVER_OPTIONS = {
  "grpc.max_receive_message_length": MAX_REQUEST_BYTES,
  "grpc.max_send_message_length": -1,
  "grpc.max_concurrent_streams": 100,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
};

const identity = (bytes: Buffer): Buffer => bytes;

/**
 * gRPC whose messages are bytes to it. With TLS a client certificate is asked for and checked but not demanded: who has none
 * yet calls the certificate service with a token. Rejects when the address cannot be bound.
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = new Server(SERVER_OPTIONS);
  const failed = options.failed ?? warn;
  for (const [path, method] of Object.entries(options.methods)) register(server, path, method, (error) => failed(error, path));
  const { port, close } = await listen(server, options);
  return {
    port,
    stop: (graceMs) => {
      close();
      return shutDown(server, options.clock, graceMs);
    },
  };
}

interface Listening {
  readonly port: number;
  close(): void;
}

async function listen(server: Server, { listen: at, tls, clock, failed = warn }: GrpcServerOptions): Promise<Listening> {
  const plain = ServerCredentials.createInsecure();
  if (tls === undefined) return { port: await bind(server, addressOf(at), plain), close: () => undefined };
  if ("socketPath" in at) throw new Error("TLS is for ports, not for Unix sockets");
  const { injectConnection } = server.createConnectionInjector(plain);
  return listenTls({ ...at, source: tls, clock, connected: injectConnection, failed: (error) => failed(error, "a new connection") });
}

function addressOf(listen: GrpcServerOptions["listen"]): string {
  return "socketPath" in listen ? `unix:${listen.socketPath}` : `${listen.host}:${listen.port}`;
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

function shutDown(server: Server, clock: Clock, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(graceMs, () => server.forceShutdown());
    server.tryShutdown(() => {
      cancel();
      resolve();
    });
  });
}

const warn = (error: unknown, path: string): void =>
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), { code: "RPC_METHOD_FAILED", detail: path });

type Failed = (error: unknown) => void;
/** The caller learns no more than that. */
const BUG: RpcFailure = { code: "internal", message: "internal error" };

function register(server: Server, path: string, method: Method, failed: Failed): void {
  if (method.kind === "unary") server.register(path, unaryHandler(method, failed), identity, identity, "unary");
  else server.register(path, bidiHandler(method, failed), identity, identity, "bidi");
}

function unaryHandler(method: UnaryMethod, failed: Failed): handleUnaryCall<Buffer, Buffer> {
  return (call, answer) => {
    // Within the chain, so that what throws before there is a promise is caught alike.
    void Promise.resolve()
      .then(() => method.handle(call.request, contextOf(call)))
      .catch((error: unknown) => {
        failed(error);
        return err(BUG);
      })
      .then((result) => (result.ok ? answer(null, asBuffer(result.value)) : answer(toStatus(result.error))));
  };
}

function bidiHandler(method: BidiMethod, failed: Failed): handleBidiStreamingCall<Buffer, Buffer> {
  return (call) => {
    let closed = false;
    let handlers: StreamHandlers | undefined;
    /** Runs what the method gave us; a throw ends this stream and nothing else. */
    const guarded = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        failed(error);
        stream.end(BUG);
      }
    };
    const close = (failure: RpcFailure | undefined) => {
      if (closed) return;
      closed = true;
      guarded(() => handlers?.closed(failure));
    };
    const stream = serverStream(call, { isClosed: () => closed, close, guarded });
    guarded(() => {
      handlers = method.handle(stream, contextOf(call));
    });
    if (closed) return guarded(() => handlers?.closed(undefined));
    call.on("data", (bytes: Buffer) => {
      if (!closed) guarded(() => handlers?.message(bytes));
    });
    call.on("end", () => {
      if (!closed) call.end();
      close(undefined);
    });
    for (const event of ["cancelled", "error", "close"]) call.on(event, () => close(undefined));
  };
}

interface StreamState {
  isClosed(): boolean;
  close(failure?: RpcFailure): void;
  guarded(run: () => void): void;
}

function serverStream(call: ServerDuplexStream<Buffer, Buffer>, { isClosed, close, guarded }: StreamState): RpcStream {
  return {
    send: (message, flushed) => {
      if (isClosed()) return;
      call.write(asBuffer(message), (error?: Error | null) => {
        if (!error && !isClosed() && flushed) guarded(flushed);
      });
    },
    end: (failure) => {
      if (isClosed()) return;
      // First, as the call's own error event would close without the reason.
      close(failure);
      if (failure) call.emit("error", toStatus(failure));
      else call.end();
    },
    pause: () => void call.pause(),
    resume: () => void call.resume(),
  };
}
