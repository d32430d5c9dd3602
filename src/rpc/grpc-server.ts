import type { Result } from "../base/result.ts";
import type { CallContext } from "./call-context.ts";
import type { RpcFailure } from "./failure.ts";
import type { RpcStream, StreamHandlers } from "./rpc-stream.ts";
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
}

export interface GrpcServer {
  /** The bound port; 0 for a socket. */
  readonly port: number;
  /** Lets open calls end for `graceMs`, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

/** Rejects when the address cannot be bound. */
export async function startGrpcServer(_options: GrpcServerOptions): Promise<GrpcServer> {
  throw new Error("follows in the next change");
}
