import type { Clock } from "../base/clock.ts";
import { ANSWERS_DNS } from "../base/node-metadata.ts";
import type { Turns } from "../base/turns.ts";
import type { Publisher } from "../envoy/publisher.ts";
import type { CallContext, VerifiedPeer } from "../rpc/call-context.ts";
import { type DeltaRequest, decodeDeltaRequest, type NodeClaim } from "../rpc/delta-request.ts";
import type { Rejection } from "../rpc/delta-session.ts";
import { failure, type RpcFailure } from "../rpc/failure.ts";
import type { BidiMethod } from "../rpc/grpc-server.ts";
import type { RpcStream, StreamHandlers } from "../rpc/rpc-stream.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import type { Logger } from "../telemetry/logger.ts";
import { claimedVersion } from "./claimed-version.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { type IdentifyOptions, identify, type Refusal, refuse, type Workload } from "./identify.ts";
import { shortName, type XdsMetrics } from "./xds-metrics.ts";

export const DELTA_ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
export const SOTW_ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

/** Names that one stream may subscribe to; far above what a mesh of 10,000 hosts has, and a bound on what a proxy can make us keep. */
const MOST_NAMES = 100_000;

/** Longest wait that a timer can be set to. */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface AdsServiceOptions {
  readonly publisher: Publisher;
  readonly trustDomain: () => string;
  readonly lookup: (namespace: string, name: string) => Workload | undefined;
  readonly connections: Connections;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: XdsMetrics;
  /** Told of what a proxy did not take. */
  readonly onRejected?: (proxy: ProxyNode, rejection: Rejection) => void;
}

/** Whoever asks for the whole state at each change is told what to ask for instead. */
export const sotwAnswer: BidiMethod = {
  kind: "bidi",
  handle: (stream) => {
    stream.end(
      failure(
        "unimplemented",
        "only delta xDS is served here: set api_type DELTA_GRPC in ads_config (agents of Istio: ISTIO_DELTA_XDS=true)",
      ),
    );
    return { message: () => undefined, closed: () => undefined };
  },
};

interface Open extends AdsServiceOptions {
  readonly stream: RpcStream;
  readonly context: CallContext;
  readonly peer: VerifiedPeer;
  connection: Connection | undefined;
  proxy: ProxyNode | undefined;
  leave: (() => void) | undefined;
  done: boolean;
}

export function adsService(options: AdsServiceOptions): BidiMethod {
  return { kind: "bidi", handle: (stream, context) => openStream(options, stream, context) };
}

function openStream(options: AdsServiceOptions, stream: RpcStream, context: CallContext): StreamHandlers {
  const { peer } = context;
  if (!peer) {
    turnAway(options, stream, { remote: context.remote }, refuse("no-certificate").error);
    return { message: () => undefined, closed: () => undefined };
  }
  const open: Open = { ...options, stream, context, peer, connection: undefined, proxy: undefined, leave: undefined, done: false };
  const cancelExpiry = endWithCertificate(open);
  return {
    // One request of a stream at a time: whoever asks faster than it is answered waits in its own socket, not in our memory.
    message: (bytes) => {
      stream.pause();
      options.turns.take(() => {
        takeMessage(open, bytes);
        if (!open.done) stream.resume();
      });
    },
    closed: () => {
      open.done = true;
      cancelExpiry();
      close(open);
    },
  };
}

/** A stream lives no longer than what it was opened with. */
function endWithCertificate(open: Open): () => void {
  let cancel = () => {};
  const check = () => {
    const left = open.peer.notAfter - open.clock.now();
    if (left > 0) cancel = open.clock.after(Math.min(left, LONGEST_TIMER), check);
    else turnAway(open, open.stream, describe(open), refuse("expired-certificate").error);
  };
  check();
  return () => cancel();
}

function takeMessage(open: Open, bytes: Uint8Array): void {
  if (open.done) return;
  const request = decode(bytes);
  if (!request) {
    open.log.warn(describe(open), "message is not a DeltaDiscoveryRequest");
    open.stream.end(failure("invalid-argument", "this is not a DeltaDiscoveryRequest"));
    return;
  }
  if (!open.connection) begin(open, request);
  const rejection = open.connection?.request(request);
  if (rejection) tellRejection(open, rejection);
  endIfGreedy(open);
}

function endIfGreedy(open: Open): void {
  const names = [...(open.connection?.status().values() ?? [])].reduce((sum, { subscribed }) => sum + subscribed, 0);
  if (names <= MOST_NAMES) return;
  open.log.warn({ ...describe(open), names }, "proxy asks for too many names");
  open.stream.end(failure("resource-exhausted", `a proxy may ask for ${MOST_NAMES} names, and this one asks for ${names}`));
}

function begin(open: Open, request: DeltaRequest): void {
  const options: IdentifyOptions = { trustDomain: open.trustDomain(), now: open.clock.now(), lookup: open.lookup };
  const who = identify(open.peer, request.node?.id ?? "", options);
  if (!who.ok) {
    turnAway(open, open.stream, { ...describe(open), node: request.node?.id }, who.error);
    return;
  }
  const proxy: ProxyNode = { ...who.value, ...(request.node?.metadata[ANSWERS_DNS] === "true" && { answersDns: true }) };
  const version = claimedVersion(request.node);
  open.proxy = proxy;
  open.connection = openConnection({ ...open, proxy });
  open.leave = open.connections.enter({
    proxy,
    remote: open.context.remote,
    version,
    since: open.clock.now(),
    status: open.connection.status,
    sendAway: () => open.stream.end(failure("unavailable", "this replica stops: connect to another")),
  });
  open.log.info({ ...describe(open), version }, "proxy connected");
  if (request.node) noteForgedLabels(open, proxy, request.node);
}

/** Labels decide what a proxy is sent. Those it claims are never used; one that differs is worth a line. */
function noteForgedLabels(open: Open, proxy: ProxyNode, node: NodeClaim): void {
  const claimed = node.metadata.LABELS;
  if (typeof claimed !== "object" || claimed === null || Array.isArray(claimed)) return;
  const actual = open.lookup(proxy.namespace, proxy.name)?.metadata.labels ?? {};
  const forged = Object.keys(claimed).filter((label) => claimed[label] !== actual[label]);
  if (forged.length > 0) open.log.warn({ ...describe(open), forged }, "claimed labels refused, the stored ones are used");
}

function tellRejection(open: Open, rejection: Rejection): void {
  const { proxy } = open;
  if (!proxy) return;
  const type = shortName(rejection.typeUrl);
  open.metrics.rejects.inc({ type });
  open.log.warn({ ...describe(open), type, resources: rejection.names, detail: rejection.message }, "proxy rejected configuration");
  open.onRejected?.(proxy, rejection);
}

function turnAway(options: AdsServiceOptions, stream: RpcStream, fields: object, refusal: Refusal): void {
  options.metrics.refusals.inc({ reason: refusal.reason });
  options.log.warn({ ...fields, reason: refusal.reason }, "stream refused");
  stream.end(refusal.failure satisfies RpcFailure);
}

function close(open: Open): void {
  if (!open.connection) return;
  open.connection.close();
  open.leave?.();
  open.log.info(describe(open), "proxy disconnected");
  open.connection = undefined;
}

function describe(open: Open): object {
  const { proxy, context, peer } = open;
  return proxy ? { node: proxy.id, remote: context.remote } : { remote: context.remote, peer: peer.uris };
}

function decode(bytes: Uint8Array): DeltaRequest | undefined {
  try {
    return decodeDeltaRequest(bytes);
  } catch {
    return undefined;
  }
}
