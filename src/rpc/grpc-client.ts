import { createSecureContext } from "node:tls";
import { ChannelCredentials, Client, type ClientDuplexStream, connectivityState, status, Metadata as WireMetadata } from "@grpc/grpc-js";
import type { Clock } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { RpcFailure } from "./failure.ts";
import { fromStatus } from "./grpc-status.ts";
import { asBuffer } from "./raw-bytes.ts";
import type { Metadata, RpcStream, StreamHandlers } from "./rpc-stream.ts";
import type { SecretText } from "./tls-source.ts";

export interface ClientTls {
  readonly rootPem: string;
  /** Name that the server's certificate must carry, whatever address was dialled. */
  readonly serverName: string;
  /** Shown to the server; absent for calls that authenticate by token. */
  readonly identity?: { readonly certPem: string; readonly key: SecretText };
}

export interface ClientOptions {
  /** `host:port` or `unix:/path`. */
  readonly target: string;
  readonly tls?: ClientTls;
  /** For the deadlines of calls, and of the dial of a stream. */
  readonly clock: Clock;
}

export interface UnaryOptions {
  readonly metadata?: Metadata;
  readonly timeoutMs: number;
}

export interface GrpcClient {
  unary(path: string, request: Uint8Array, options: UnaryOptions): Promise<Result<Uint8Array, RpcFailure>>;
  /** Opens a stream; a dial that fails, or comes to nothing in five seconds, ends it as `unavailable`. */
  bidi(path: string, metadata: Metadata, handle: (stream: RpcStream) => StreamHandlers): RpcStream;
  /** Cuts open calls. */
  close(): void;
}

/** Proxies of the environment are for the application's calls, never for ours; and the pool is our own, so that `close` closes. */
const CHANNEL_OPTIONS = {
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
  "grpc.max_send_message_length": -1,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 500,
  "grpc.max_reconnect_backoff_ms": 15_000,
};

// The transport has no limit of its own: a pod that is gone without a word would be waited for as long as the kernel repeats itself.
const DIAL_MS = 5_000;

const fromWire = (bytes: Buffer): Uint8Array => bytes;

/**
 * Dials on the first call, and again after a lost connection with the transport's own back-off. What TLS shows and trusts is
 * fixed for the life of a client: a new certificate needs a new client. Throws when a PEM cannot be read.
 */
export function connect(options: ClientOptions): GrpcClient {
  const name = options.tls && { "grpc.ssl_target_name_override": options.tls.serverName, "grpc.default_authority": options.tls.serverName };
  const client = new Client(options.target, credentials(options.tls), { ...CHANNEL_OPTIONS, ...name });
  return {
    unary: (path, request, call) =>
      unary(client, path, request, { metadata: call.metadata, deadline: options.clock.now() + call.timeoutMs }),
    bidi: (path, metadata, handle) => bidi({ client, clock: options.clock }, path, metadata, handle),
    close: () => client.close(),
  };
}

function credentials(tls: ClientTls | undefined): ChannelCredentials {
  if (!tls) return ChannelCredentials.createInsecure();
  const identity = tls.identity && { cert: tls.identity.certPem, key: tls.identity.key.reveal() };
  return ChannelCredentials.createFromSecureContext(createSecureContext({ ca: tls.rootPem, ...identity }));
}

interface UnaryCall {
  readonly metadata: Metadata | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

function unary(client: Client, path: string, request: Uint8Array, call: UnaryCall): Promise<Result<Uint8Array, RpcFailure>> {
  const { deadline } = call;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, asBuffer, fromWire, request, wireMetadata(call.metadata), { deadline }, (error, value) => {
      const failure = error && fromStatus(error.code, error.details);
      resolve(failure ? err(failure) : ok(value ?? new Uint8Array()));
    });
  });
}

function wireMetadata(metadata: Metadata = {}): WireMetadata {
  const wire = new WireMetadata();
  for (const [key, value] of Object.entries(metadata)) wire.set(key, value);
  return wire;
}

interface Dialler {
  readonly client: Client;
  readonly clock: Clock;
}

function bidi({ client, clock }: Dialler, path: string, metadata: Metadata, handle: (stream: RpcStream) => StreamHandlers): RpcStream {
  const call = client.makeBidiStreamRequest(path, asBuffer, fromWire, wireMetadata(metadata));
  let closed = false;
  const stream = clientStream(call, () => closed);
  const handlers = handle(stream);
  const forget = clock.after(DIAL_MS, () => {
    if (client.getChannel().getConnectivityState(false) === connectivityState.READY) return;
    call.call?.cancelWithStatus(status.UNAVAILABLE, `no connection within ${DIAL_MS / 1000} s`);
  });
  call.on("data", (bytes: Uint8Array) => {
    if (!closed) handlers.message(bytes);
  });
  // The same end is told twice, as an error and as a status; the status comes always, and last.
  call.on("error", () => undefined);
  call.on("status", (end) => {
    if (closed) return;
    closed = true;
    forget();
    handlers.closed(fromStatus(end.code, end.details));
  });
  return stream;
}

function clientStream(call: ClientDuplexStream<Uint8Array, Uint8Array>, isClosed: () => boolean): RpcStream {
  return {
    send: (message, flushed) => {
      if (isClosed()) return;
      call.write(message, (error?: Error | null) => {
        if (!error && !isClosed()) flushed?.();
      });
    },
    end: (failure) => (failure ? call.cancel() : void call.end()),
    pause: () => void call.pause(),
    resume: () => void call.resume(),
  };
}
