import type { Clock } from "../base/clock.ts";
import type { Turns } from "../base/turns.ts";
import type { Publisher, Subscription } from "../envoy/publisher.ts";
import { type AdsSession, createAdsSession } from "../rpc/ads-session.ts";
import { encodeDeltaResponse } from "../rpc/delta-encoding.ts";
import type { DeltaRequest } from "../rpc/delta-request.ts";
import type { Rejection, SessionStatus } from "../rpc/delta-session.ts";
import type { RpcStream } from "../rpc/rpc-stream.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import { shortName, type XdsMetrics } from "./xds-metrics.ts";

/** Nothing synchronous in the controller may take 10 ms; half of that is for one response, whose resources may have to be built first. */
const RESPONSE_MS = 5;
/** How long listeners and routes wait for clusters to be warm: a name server that is silent must not hold up a policy. */
const WARMING_PATIENCE_MS = 1000;

export interface ConnectionOptions {
  readonly publisher: Publisher;
  readonly proxy: ProxyNode;
  readonly stream: RpcStream;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly metrics: XdsMetrics;
}

/** One identified proxy on one stream. */
export interface Connection {
  request(request: DeltaRequest): Rejection | undefined;
  status(): ReadonlyMap<string, SessionStatus>;
  close(): void;
}

interface State extends ConnectionOptions {
  readonly session: AdsSession;
  /** A turn is booked or the transport has not taken the last response. */
  busy: boolean;
  closed: boolean;
  /** When the time for the response that is being made is over. */
  responseEnd: number;
  /** When the oldest change arrived that is not yet acknowledged. */
  changedAt: number | undefined;
  stopWaiting: (() => void) | undefined;
}

export function openConnection(options: ConnectionOptions): Connection {
  // The publisher may speak only after it returned, so the state exists by then.
  const subscription: Subscription = options.publisher.subscribe(options.proxy, (names) => {
    state.changedAt ??= options.clock.now();
    state.session.changed(names);
    pump(state);
  });
  const isOver = (): boolean => options.clock.now() >= state.responseEnd;
  const session = createAdsSession({ names: subscription.names, get: subscription.get, isOver });
  const state: State = { ...options, session, busy: false, closed: false, responseEnd: 0, changedAt: undefined, stopWaiting: undefined };
  return {
    request: (request) => {
      const rejection = session.request(request);
      pump(state);
      return rejection;
    },
    status: session.status,
    close: () => {
      state.closed = true;
      state.stopWaiting?.();
      subscription.close();
    },
  };
}

/** At most one response of a stream is on its way to the transport; what changes meanwhile coalesces in the session. */
function pump(state: State): void {
  if (state.busy || state.closed) return;
  state.busy = true;
  state.turns.take(() => sendNext(state));
}

function sendNext(state: State): void {
  state.busy = false;
  if (state.closed) return;
  state.responseEnd = state.clock.now() + RESPONSE_MS;
  const response = state.session.next();
  watchPatience(state);
  if (!response) {
    if (state.session.interrupted()) pump(state);
    else noteConvergence(state);
    return;
  }
  const bytes = encodeDeltaResponse(response);
  const type = shortName(response.typeUrl);
  state.metrics.pushes.inc({ type });
  state.metrics.responseBytes.observe({ type }, bytes.length);
  state.busy = true;
  state.stream.send(bytes, () => {
    state.busy = false;
    pump(state);
  });
}

function noteConvergence(state: State): void {
  if (state.changedAt === undefined || !state.session.settled()) return;
  state.metrics.convergence.observe((state.clock.now() - state.changedAt) / 1000);
  state.changedAt = undefined;
}

/** Each wait has its own patience: what is left of the last one must not cut the next short. */
function watchPatience(state: State): void {
  if (!state.session.holding()) {
    state.stopWaiting?.();
    state.stopWaiting = undefined;
    return;
  }
  state.stopWaiting ??= state.clock.after(WARMING_PATIENCE_MS, () => {
    state.stopWaiting = undefined;
    state.session.release();
    pump(state);
  });
}
