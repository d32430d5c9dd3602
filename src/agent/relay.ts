import type { Clock } from "../base/clock.ts";
import type { DeltaResponse } from "../rpc/delta-encoding.ts";
import { type DeltaRequest, decodeDeltaRequest } from "../rpc/delta-request.ts";
import type { BidiMethod } from "../rpc/grpc-server.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../rpc/resource.ts";
import type { RpcStream, StreamHandlers } from "../rpc/rpc-stream.ts";
import type { AgentLog } from "./agent-log.ts";
import { createEnvoyStream, type EnvoyAnswer, type EnvoyStream } from "./envoy-stream.ts";
import { createFirstConfiguration, type FirstConfiguration } from "./first-configuration.ts";
import { createFirstSets, type FirstSets } from "./first-sets.ts";
import { createPendingAnswers, type PendingAnswers } from "./pending-answers.ts";
import { RESOURCE_TYPES, type ResourceStore, resourceTypeOf } from "./resource-store.ts";
import { createSubscriptions, type Subscriptions, type Wanted } from "./subscriptions.ts";
import { createUndecidedNames, type UndecidedNames } from "./undecided-names.ts";
import type { Upstream } from "./upstream.ts";

/** A resource that Envoy did not take, and what it said. */
export interface RejectedResource {
  readonly type: ResourceType;
  readonly name: string;
  readonly message: string;
}

/** Between the controller's stream and Envoy's streams, with the store in the middle. */
export interface Relay {
  /** Serves Envoy's aggregated delta streams. */
  readonly method: BidiMethod;
  /** What the controller is to be asked for. */
  wanted(): ReadonlyMap<string, Wanted>;
  /** What of a type the controller is told to be held already, by type URL. */
  held(typeUrl: string): ReadonlyMap<string, string>;
  received(response: DeltaResponse): void;
  lost(): void;
  /** A new Envoy process: what the old one accepted does not count. */
  envoyRestarted(): void;
  /** What this Envoy has not taken of the first whole configuration, by type; empty when it has taken all. */
  missing(): ReadonlyMap<ResourceType, readonly string[]>;
  rejections(): readonly RejectedResource[];
}

export interface RelayOptions {
  readonly store: ResourceStore;
  /** Whether the agent answers DNS queries, for which it wants all names there are. */
  readonly wantsNames: boolean;
  readonly upstream: () => Upstream;
  readonly clock: Clock;
  readonly log: AgentLog;
}

interface Open {
  readonly owner: string;
  readonly envoy: EnvoyStream;
  readonly undecided: UndecidedNames;
  /** Types of which a first request was seen. */
  readonly started: Set<string>;
}

interface State extends RelayOptions {
  readonly streams: Set<Open>;
  readonly subscriptions: Subscriptions;
  readonly pending: PendingAnswers;
  /** Names of which the controller said that there is none, by type. */
  readonly absent: ReadonlyMap<ResourceType, Set<string>>;
  readonly firstSets: FirstSets;
  readonly first: FirstConfiguration;
  readonly rejections: Map<string, RejectedResource>;
  opened: number;
}

/** Wishes that no stream of Envoy carries now: the wildcards, and what was on disk when the agent started or Envoy went. */
const OWN = "agent";
const WILDCARD_TYPES: readonly ResourceType[] = ["cluster", "listener"];
/** The agent reads them itself, all there are, and no Envoy asks for them: what is stored of them counts as taken. */
const AGENT_TYPES: readonly ResourceType[] = ["domain"];
const NAMED_TYPES = RESOURCE_TYPES.filter((type) => !WILDCARD_TYPES.includes(type) && !AGENT_TYPES.includes(type));
/** After a new stream has been served for so long, what Envoy did not ask for again is no longer kept. */
const PRUNE_MS = 60_000;

export function createRelay(options: RelayOptions): Relay {
  const state: State = {
    ...options,
    streams: new Set(),
    subscriptions: createSubscriptions(),
    pending: createPendingAnswers(options.clock, (typeUrl, nonce, error) => options.upstream().answer(typeUrl, nonce, error)),
    absent: new Map(RESOURCE_TYPES.map((type) => [type, new Set<string>()])),
    firstSets: createFirstSets(options.store, [...WILDCARD_TYPES, ...AGENT_TYPES]),
    first: createFirstConfiguration((types) => {
      for (const type of types) options.store.table(type).prove();
    }),
    rejections: new Map(),
    opened: 0,
  };
  for (const type of RESOURCE_TYPES) state.subscriptions.add(OWN, TYPE_URLS[type], ownWishes(options, type));
  for (const table of AGENT_TYPES.map(options.store.table)) {
    for (const [name, version] of table.versions()) table.accept(name, version);
  }
  return {
    method: { kind: "bidi", handle: (stream) => openStream(state, stream) },
    wanted: () => state.subscriptions.union(),
    held: state.firstSets.held,
    received: (response) => received(state, state.firstSets.completed(response)),
    lost: () => {
      state.firstSets.lost();
      state.pending.forget();
      releaseDecided(state);
    },
    envoyRestarted: state.first.restart,
    missing: state.first.missing,
    rejections: () => [...state.rejections.values()],
  };
}

function ownWishes({ store, wantsNames }: RelayOptions, type: ResourceType): Iterable<string> {
  if (NAMED_TYPES.includes(type)) return [...store.table(type).versions().keys()];
  return WILDCARD_TYPES.includes(type) || wantsNames ? ["*"] : [];
}

function openStream(state: State, stream: RpcStream): StreamHandlers {
  const open: Open = {
    owner: `envoy-${++state.opened}`,
    envoy: createEnvoyStream(state.store, stream, state.clock),
    undecided: createUndecidedNames(state.clock, (typeUrl) => {
      release(state, open, typeUrl, (name) => name !== "*" || isDecided(state, typeUrl, name));
      open.envoy.pump();
    }),
    started: new Set(),
  };
  state.streams.add(open);
  const cancelPrune = state.clock.after(PRUNE_MS, () => prune(state));
  return {
    message: (bytes) => {
      const request = readable(bytes);
      if (request === undefined) return stream.end({ code: "invalid-argument", message: "no DeltaDiscoveryRequest" });
      takeRequest(state, open, request);
      open.envoy.pump();
    },
    closed: () => {
      cancelPrune();
      closeStream(state, open);
    },
  };
}

function readable(bytes: Uint8Array): DeltaRequest | undefined {
  try {
    return decodeDeltaRequest(bytes);
  } catch {
    return undefined;
  }
}

function closeStream(state: State, open: Open): void {
  state.streams.delete(open);
  open.envoy.close();
  open.undecided.end();
  // The next Envoy will want the same: it stays subscribed and stored until it is clear that it does not.
  for (const [typeUrl, { unsubscribe }] of state.subscriptions.drop(open.owner)) {
    state.subscriptions.add(OWN, typeUrl, unsubscribe);
  }
  if (state.streams.size === 0) state.pending.release();
}

function takeRequest(state: State, open: Open, request: DeltaRequest): void {
  const { typeUrl } = request;
  const type = resourceTypeOf(typeUrl);
  const first = !open.started.has(typeUrl);
  open.started.add(typeUrl);
  const everything = first && request.subscribe.length === 0 && type !== undefined && WILDCARD_TYPES.includes(type);
  const names = everything ? ["*"] : request.subscribe;
  const added = state.subscriptions.add(open.owner, typeUrl, names);
  const removed = state.subscriptions.remove(open.owner, typeUrl, request.unsubscribe);
  state.upstream().want(typeUrl, added.subscribe, removed.unsubscribe);
  if (type !== undefined) state.first.asked(type, request.subscribe);
  const due = type === undefined ? request : open.undecided.hold(request, names, (name) => isDecided(state, typeUrl, name));
  const answer = due && serve(state, open, due);
  if (answer) takeAnswer(state, answer);
  forget(state, type, removed.unsubscribe);
}

/** A request whose names are all decided goes to Envoy's stream; what it will be served counts as due, what there is none of does not. */
function serve(state: State, open: Open, request: DeltaRequest): EnvoyAnswer | undefined {
  const { subscribe, nonce, initialVersions } = request;
  const type = resourceTypeOf(request.typeUrl);
  if (type !== undefined) {
    const opening = subscribe.length === 0 && nonce === "" && WILDCARD_TYPES.includes(type);
    const required = (): readonly string[] => state.store.table(type).required();
    if (opening || subscribe.includes("*")) state.first.dueAll(type, required);
    else state.first.decided(type, subscribe, required);
    // An Envoy whose stream broke says what it holds, and is not sent it again.
    if (initialVersions.size > 0) state.first.taken(type, initialVersions.keys());
    state.first.gone(type, request.unsubscribe);
  }
  return open.envoy.take(request);
}

/** Nobody is told of changes of a name that nobody wants: it must not be served later as if it were true. */
function forget(state: State, type: ResourceType | undefined, names: readonly string[]): void {
  if (type === undefined || !NAMED_TYPES.includes(type)) return;
  for (const name of names) {
    state.store.table(type).remove(name);
    state.absent.get(type)?.delete(name);
  }
}

function isDecided(state: State, typeUrl: string, name: string): boolean {
  const type = resourceTypeOf(typeUrl);
  if (type === undefined) return true;
  const table = state.store.table(type);
  if (name === "*") return table.isComplete();
  return table.has(name) || state.absent.get(type)?.has(name) === true || state.upstream().state().failure !== "";
}

function takeAnswer(state: State, answer: EnvoyAnswer): void {
  const { type, accepted, rejected, rejection } = answer;
  const table = state.store.table(type);
  for (const resource of accepted) {
    table.accept(resource.name, resource.version);
    state.rejections.delete(`${type} ${resource.name}`);
  }
  for (const name of answer.removed) state.rejections.delete(`${type} ${name}`);
  state.pending.accepted(TYPE_URLS[type], accepted);
  if (accepted.length > 0 || rejection === undefined) {
    state.first.taken(
      type,
      accepted.map(({ name }) => name),
    );
  }
  if (rejection === undefined) return;
  const message = rejection.message;
  for (const resource of rejected) {
    table.reject(resource.name, resource.version);
    state.rejections.set(`${type} ${resource.name}`, { type, name: resource.name, message });
  }
  fallBack(
    state,
    type,
    rejected.map(({ name }) => name),
  );
  state.log.warn({ type, names: rejection.names, reason: message }, "Envoy refused configuration, the last good one stays in force");
  state.pending.rejected(TYPE_URLS[type], rejected, message);
}

/** An Envoy that was never given the last good version is given it now; one that has it is left alone. */
function fallBack(state: State, type: ResourceType, names: readonly string[]): void {
  const table = state.store.table(type);
  const behind = names.filter((name) => state.first.isOpen(type, name) && table.get(name) !== undefined);
  for (const open of state.streams) open.envoy.changed(type, behind);
}

function received(state: State, response: DeltaResponse): void {
  const type = resourceTypeOf(response.typeUrl);
  const fresh = type && stored(state, type, response);
  if (type === undefined || fresh === undefined) {
    const error = type && "the agent could not write its store";
    state.upstream().answer(response.typeUrl, response.nonce, error);
    return;
  }
  const covered = fresh.filter(({ name }) =>
    [...state.streams].some((open) => state.subscriptions.covers(open.owner, response.typeUrl, name)),
  );
  state.pending.wait(response.typeUrl, response.nonce, covered);
  const names = [...fresh.map(({ name }) => name), ...response.removed];
  for (const open of state.streams) {
    open.envoy.changed(type, names);
    release(state, open, response.typeUrl, (name) => isDecided(state, response.typeUrl, name));
    open.envoy.pump();
  }
}

/** Writes a response into the store; the resources that are new. Undefined when the disk did not take it. */
function stored(state: State, type: ResourceType, response: DeltaResponse): readonly EncodedResource[] | undefined {
  const table = state.store.table(type);
  const absent = state.absent.get(type);
  try {
    const fresh = response.resources.filter((resource) => table.put(resource));
    if (AGENT_TYPES.includes(type)) for (const { name, version } of fresh) table.accept(name, version);
    for (const { name } of response.resources) absent?.delete(name);
    for (const name of response.removed) {
      table.remove(name);
      if (!AGENT_TYPES.includes(type)) absent?.add(name);
      state.rejections.delete(`${type} ${name}`);
    }
    state.first.gone(type, response.removed);
    if (!response.more) table.complete();
    return fresh;
  } catch (error) {
    state.log.error({ type, reason: String(error) }, "configuration could not be written to disk");
    return undefined;
  }
}

function release(state: State, open: Open, typeUrl: string, decided: (name: string) => boolean): void {
  for (const request of open.undecided.release(typeUrl, decided)) serve(state, open, request);
}

function releaseDecided(state: State): void {
  for (const open of state.streams) {
    for (const typeUrl of open.undecided.typeUrls()) release(state, open, typeUrl, (name) => isDecided(state, typeUrl, name));
    open.envoy.pump();
  }
}

function prune(state: State): void {
  for (const type of NAMED_TYPES) {
    const typeUrl = TYPE_URLS[type];
    const names = state.subscriptions.union().get(typeUrl)?.names ?? new Set<string>();
    const { unsubscribe } = state.subscriptions.remove(OWN, typeUrl, names);
    state.upstream().want(typeUrl, [], unsubscribe);
    forget(state, type, unsubscribe);
  }
}
