import type { RpcFailure } from "./failure.ts";

/** One open bidirectional stream of raw messages; the same shape on both sides. */
export interface RpcStream {
  /**
   * Queues one message. `flushed` is called when the transport took it: whoever sends much waits for that before the next
   * message, so that a slow reader costs no memory. It is not called when the stream ends first.
   */
  send(message: Uint8Array, flushed?: () => void): void;
  /** Ends our side. On the server the failure is the status of the call; on the client any failure cancels it. */
  end(failure?: RpcFailure): void;
  /** Stops delivery of messages, and by flow control the sender, until `resume`. */
  pause(): void;
  resume(): void;
}

/** What the owner of a stream does with what arrives. `closed` is called exactly once, and nothing after it. */
export interface StreamHandlers {
  message(bytes: Uint8Array): void;
  /** `failure` is absent when the stream ended well (server side: when the peer went). */
  closed(failure: RpcFailure | undefined): void;
}

/** Text keys and values; keys in lower case. */
export type Metadata = Readonly<Record<string, string>>;
