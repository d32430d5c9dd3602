import type { Clock } from "../base/clock.ts";
import type { NodeDescription } from "../bootstrap/node-description.ts";
import { createBackoff } from "../rpc/backoff.ts";
import { type DeltaResponse, decodeDeltaResponse } from "../rpc/delta-encoding.ts";
import { type DeltaRequest, encodeDeltaRequest } from "../rpc/delta-request.ts";
import type { GrpcClient } from "../rpc/grpc-client.ts";
import type { RpcStream, StreamHandlers } from "../rpc/rpc-stream.ts";
import type { AgentLog } from "./agent-log.ts";
import type { Wanted } from "./subscriptions.ts";

/** The stream to the controller: dialled again whenever it ends, with what is held already. */
export interface Upstream {
  start(): void;
  stop(): void;
  /** Ends the stream and dials with the identity and authority in force now. */
  redial(): void;
  /** Wishes that changed while the stream is open; those of a later stream are asked for when it opens. */
  want(typeUrl: string, subscribe: readonly string[], unsubscribe: readonly string[]): void;
  answer(typeUrl: string, nonce: string, error?: string): void;
  state(): UpstreamState;
}

export interface UpstreamState {
  /** The controller has sent something on the stream that is open now. */
  readonly connected: boolean;
  /** Why the last stream ended; empty while one is open. */
  readonly failure: string;
}

export interface UpstreamOptions {
  readonly node: NodeDescription;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: AgentLog;
  /** A client with the identity in force; undefined while there is none. */
  dial(): GrpcClient | undefined;
  /** What is to be asked for on a new stream, by type URL in the order of asking. */
  wanted(): ReadonlyMap<string, Wanted>;
  /** What is held already of a type. */
  versions(typeUrl: string): ReadonlyMap<string, string>;
  received(response: DeltaResponse): void;
  /** The stream ended; nothing that was sent on it will be answered. */
  lost(): void;
}

const PATH = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
const INVALID_ARGUMENT = 3;

export function createUpstream(options: UpstreamOptions): Upstream {
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000, random: options.random });
  let stream: RpcStream | undefined;
  let client: GrpcClient | undefined;
  let cancelRetry = (): void => {};
  let stopped = true;
  let connected = false;
  let failure = "not dialled yet";
  const asked = new Set<string>();

  const send = (request: Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">): void => {
    const first = asked.size === 0;
    asked.add(request.typeUrl);
    stream?.send(encodeDeltaRequest({ ...request, ...(first && { node: claim(options.node) }) }));
  };
  const hangUp = (): void => {
    cancelRetry();
    const [open, old] = [stream, client];
    stream = undefined;
    client = undefined;
    connected = false;
    asked.clear();
    open?.end({ code: "cancelled", message: "dialling again" });
    old?.close();
  };
  const dialLater = (): void => {
    cancelRetry = options.clock.after(backoff.next(), dial);
  };
  const ended = (reason: string): void => {
    hangUp();
    failure = reason;
    options.log.warn({ reason }, "configuration stream ended, dialling again");
    options.lost();
    dialLater();
  };
  const received = (bytes: Uint8Array): void => {
    if (!connected) {
      connected = true;
      backoff.reset();
      options.log.info({}, "configuration stream open");
    }
    const response = readable(bytes);
    if (response === undefined) return ended("the controller sent what is no discovery response");
    options.received(response);
  };
  const handle = (opened: RpcStream): StreamHandlers => ({
    message: (bytes) => {
      if (stream === opened) received(bytes);
    },
    closed: (end) => {
      if (stream === opened) ended(end?.message ?? "closed by the controller");
    },
  });
  const dial = (): void => {
    if (stopped) return;
    client = options.dial();
    if (client === undefined) return;
    failure = "";
    // The handlers compare with the stream in force, so it must be known before the first of them runs.
    stream = client.bidi(PATH, {}, (opened) => {
      stream = opened;
      return handle(opened);
    });
    for (const [typeUrl, wanted] of options.wanted()) {
      const subscribe = [...(wanted.wildcard ? ["*"] : []), ...wanted.names];
      if (subscribe.length > 0) send({ typeUrl, subscribe, initialVersions: options.versions(typeUrl) });
    }
  };
  return {
    start: () => {
      stopped = false;
      dial();
    },
    stop: () => {
      stopped = true;
      hangUp();
    },
    redial: () => {
      if (stopped) return;
      const wasOpen = stream !== undefined;
      hangUp();
      if (wasOpen) options.lost();
      dial();
    },
    want: (typeUrl, subscribe, unsubscribe) => {
      if (stream === undefined || subscribe.length + unsubscribe.length === 0) return;
      const initialVersions = asked.has(typeUrl) ? new Map() : options.versions(typeUrl);
      send({ typeUrl, subscribe, unsubscribe, initialVersions });
    },
    answer: (typeUrl, nonce, error) => {
      if (stream === undefined) return;
      send({ typeUrl, nonce, ...(error !== undefined && { error: { code: INVALID_ARGUMENT, message: error } }) });
    },
    state: () => ({ connected, failure }),
  };
}

function readable(bytes: Uint8Array): DeltaResponse | undefined {
  try {
    return decodeDeltaResponse(bytes);
  } catch {
    return undefined;
  }
}

function claim(node: NodeDescription): NonNullable<DeltaRequest["node"]> {
  return { id: node.id, cluster: node.cluster, metadata: structuredClone(node.metadata) as never };
}
