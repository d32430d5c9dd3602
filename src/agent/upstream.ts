import { type Backoff, createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { NodeDescription } from "../bootstrap/node-description.ts";
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

interface State {
  readonly options: UpstreamOptions;
  readonly backoff: Backoff;
  stream: RpcStream | undefined;
  client: GrpcClient | undefined;
  cancelRetry: () => void;
  stopped: boolean;
  connected: boolean;
  failure: string;
  /** Types asked for on this stream. */
  readonly asked: Set<string>;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const state: State = {
    options,
    backoff: createBackoff({ minMs: 250, maxMs: 10_000, random: options.random }),
    stream: undefined,
    client: undefined,
    cancelRetry: () => {},
    stopped: true,
    connected: false,
    failure: "not dialled yet",
    asked: new Set(),
  };
  return {
    start: () => {
      state.stopped = false;
      dial(state);
    },
    stop: () => {
      state.stopped = true;
      hangUp(state);
    },
    redial: () => redial(state),
    want: (typeUrl, subscribe, unsubscribe) => {
      if (state.stream === undefined || subscribe.length + unsubscribe.length === 0) return;
      const initialVersions = state.asked.has(typeUrl) ? new Map() : options.versions(typeUrl);
      send(state, { typeUrl, subscribe, unsubscribe, initialVersions });
    },
    answer: (typeUrl, nonce, error) => {
      send(state, { typeUrl, nonce, ...(error !== undefined && { error: { code: INVALID_ARGUMENT, message: error } }) });
    },
    state: () => ({ connected: state.connected, failure: state.failure }),
  };
}

function dial(state: State): void {
  const { options } = state;
  if (state.stopped) return;
  state.client = options.dial();
  if (state.client === undefined) return;
  state.failure = "";
  // The handlers compare with the stream in force, so it must be known before the first of them runs.
  state.client.bidi(PATH, {}, (opened) => {
    state.stream = opened;
    return handlers(state, opened);
  });
  for (const [typeUrl, wanted] of options.wanted()) {
    const subscribe = [...(wanted.wildcard ? ["*"] : []), ...wanted.names];
    if (subscribe.length > 0) send(state, { typeUrl, subscribe, initialVersions: options.versions(typeUrl) });
  }
}

function handlers(state: State, opened: RpcStream): StreamHandlers {
  return {
    message: (bytes) => {
      if (state.stream === opened) receive(state, bytes);
    },
    closed: (end) => {
      if (state.stream === opened) ended(state, end?.message ?? "closed by the controller");
    },
  };
}

function receive(state: State, bytes: Uint8Array): void {
  const response = readable(bytes);
  if (response === undefined) {
    ended(state, "the controller sent something other than a discovery response");
    return;
  }
  if (!state.connected) {
    state.connected = true;
    state.backoff.reset();
    state.options.log.info({}, "configuration stream open");
  }
  state.options.received(response);
}

function readable(bytes: Uint8Array): DeltaResponse | undefined {
  try {
    return decodeDeltaResponse(bytes);
  } catch {
    return undefined;
  }
}

function ended(state: State, reason: string): void {
  const { clock, log, lost } = state.options;
  hangUp(state);
  state.failure = reason;
  const waitMs = Math.round(state.backoff.next());
  log.warn({ reason, waitMs }, "configuration stream ended, dialling again");
  state.cancelRetry = clock.after(waitMs, () => dial(state));
  lost();
}

function hangUp(state: State): void {
  state.cancelRetry();
  const { stream, client } = state;
  state.stream = undefined;
  state.client = undefined;
  state.connected = false;
  state.asked.clear();
  stream?.end({ code: "cancelled", message: "dialling again" });
  client?.close();
}

function redial(state: State): void {
  if (state.stopped) return;
  const wasOpen = state.stream !== undefined;
  hangUp(state);
  if (wasOpen) state.options.lost();
  dial(state);
}

function send(state: State, request: Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">): void {
  if (state.stream === undefined) return;
  const first = state.asked.size === 0;
  state.asked.add(request.typeUrl);
  state.stream.send(encodeDeltaRequest({ ...request, ...(first && { node: claim(state.options.node) }) }));
}

function claim(node: NodeDescription): NonNullable<DeltaRequest["node"]> {
  return { id: node.id, cluster: node.cluster, metadata: structuredClone(node.metadata) as never };
}
