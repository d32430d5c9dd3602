import type { Result } from "../base/result.ts";
import type { RpcFailure } from "./failure.ts";
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
}

export interface GrpcClient {
  unary(path: string, request: Uint8Array, options: { metadata?: Metadata; timeoutMs: number }): Promise<Result<Uint8Array, RpcFailure>>;
  bidi(path: string, metadata: Metadata, handlers: (stream: RpcStream) => StreamHandlers): RpcStream;
  /** Cuts open calls. */
  close(): void;
}

/** Dials on the first call, and again after a lost connection with the transport's own back-off. A new certificate needs a new client. */
export function connect(_options: ClientOptions): GrpcClient {
  throw new Error("follows in the next change");
}
