import type { DeltaResponse } from "./delta-encoding.ts";
import type { DeltaRequest } from "./delta-request.ts";
import { mentionedNames } from "./mentioned-names.ts";
import type { EncodedResource } from "./resource.ts";

/** What the session's client may see of one type. */
export interface DeltaSource {
  /** Every name that a wildcard subscription covers. */
  names(): Iterable<string>;
  get(name: string): EncodedResource | undefined;
  /** Whether the time for one response is over; asked between two names, whose resources may have to be built first. Absent: it never is. */
  isOver?(): boolean;
}

export interface DeltaSessionOptions {
  readonly typeUrl: string;
  /** An empty first subscription means everything: so for clusters and listeners, and no other type (xDS, "wildcard"). */
  readonly emptyMeansAll: boolean;
  /** Responses that may wait for their acknowledgement at once. */
  readonly maxInFlight: number;
  /** Body bytes after which a response is closed and the rest goes into the next. */
  readonly maxResponseBytes: number;
}

/** A response that the client did not take. `names` are those the error text mentions, or else all of the response. */
export interface Rejection {
  readonly typeUrl: string;
  readonly names: readonly string[];
  readonly message: string;
}

/** For `proxy-status`: where client and server stand. */
export interface SessionStatus {
  readonly wildcard: boolean;
  /** Names subscribed one by one. */
  readonly subscribed: number;
  /** Resources the client holds, as far as we know. */
  readonly held: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly lastAckedNonce: string;
  /** Per resource the error it was last rejected with; emptied when a later version is accepted. */
  readonly rejected: ReadonlyMap<string, string>;
}

/** `upserts`: everything but removals of what the client holds. `removals`: only those. */
export type Part = "upserts" | "removals";

/** One type on one delta stream. No I/O and no clock: requests and changes go in, responses come out. */
export interface DeltaSession {
  /** Takes a request; answers with the rejection it carried, if any. */
  request(request: DeltaRequest): Rejection | undefined;
  /** These names may have another content now. Looked at when a response is made, so changes in between coalesce. */
  changed(names: Iterable<string>): void;
  /** Sends these again though unchanged, as far as the client is subscribed. */
  resend(names: Iterable<string>): void;
  /** The next response of that part, or undefined when there is nothing to say or the limit in flight is reached. */
  next(part: Part): DeltaResponse | undefined;
  /** The last `next` ended since its time was over: there may be more to say although it said nothing. */
  interrupted(): boolean;
  /** Something of that part is waiting to be sent. */
  pending(part: Part): boolean;
  /** Responses without an answer yet. */
  inFlight(): number;
  status(): SessionStatus;
}

interface State {
  readonly source: DeltaSource;
  readonly options: DeltaSessionOptions;
  wildcard: boolean;
  started: boolean;
  nonce: number;
  interrupted: boolean;
  /** A response is owed even if it has nothing to say: the first of a wildcard, and the last after one that said «more». */
  owes: boolean;
  lastAcked: string;
  readonly subscribed: Set<string>;
  /** name → version the client was sent or said to hold; ABSENT when it was told there is none. */
  readonly held: Map<string, string>;
  /** Names to look at. */
  readonly dirty: Set<string>;
  /** Of those, the ones to answer though the client holds the same. */
  readonly forced: Set<string>;
  /** Names that the client holds and that are no more. */
  readonly gone: Set<string>;
  readonly inFlight: Map<string, readonly string[]>;
  readonly rejected: Map<string, string>;
}

const ABSENT = "";

export function createDeltaSession(source: DeltaSource, options: DeltaSessionOptions): DeltaSession {
  const state: State = {
    source,
    options,
    wildcard: false,
    started: false,
    nonce: 0,
    interrupted: false,
    owes: false,
    lastAcked: "",
    subscribed: new Set(),
    held: new Map(),
    dirty: new Set(),
    forced: new Set(),
    gone: new Set(),
    inFlight: new Map(),
    rejected: new Map(),
  };
  return {
    request: (request) => takeRequest(state, request),
    changed: (names) => {
      for (const name of names) if (covers(state, name)) state.dirty.add(name);
    },
    resend: (names) => {
      for (const name of names) if (covers(state, name)) force(state, name);
    },
    next: (part) => {
      state.interrupted = false;
      return state.inFlight.size >= options.maxInFlight ? undefined : nextResponse(state, part);
    },
    interrupted: () => state.interrupted,
    pending: (part) => (part === "upserts" ? state.dirty.size > 0 || state.owes : state.gone.size > 0),
    inFlight: () => state.inFlight.size,
    status: () => statusOf(state),
  };
}

function covers(state: State, name: string): boolean {
  return state.wildcard || state.subscribed.has(name);
}

function force(state: State, name: string): void {
  state.forced.add(name);
  state.dirty.add(name);
}

function takeRequest(state: State, request: DeltaRequest): Rejection | undefined {
  const rejection = request.nonce === "" ? undefined : takeAnswer(state, request);
  for (const name of request.unsubscribe) unsubscribe(state, name);
  for (const name of request.subscribe) subscribe(state, name, request.initialVersions);
  if (!state.started) start(state, request);
  return rejection;
}

/** The first request of a type on a stream. */
function start(state: State, request: DeltaRequest): void {
  state.started = true;
  if (state.options.emptyMeansAll && request.subscribe.length === 0) startWildcard(state);
  for (const [name, version] of request.initialVersions) {
    if (!covers(state, name)) continue;
    state.held.set(name, version);
    state.dirty.add(name);
  }
  // Who comes back holding something knows that it is whole; who holds nothing must be told that there is nothing.
  if (state.wildcard && request.initialVersions.size > 0) state.owes = false;
}

function startWildcard(state: State): void {
  state.wildcard = true;
  state.owes = true;
  for (const name of state.source.names()) state.dirty.add(name);
}

/** xDS, "subscribing to resources": a name asked for is answered even if it was sent before, as the client may have dropped it. */
function subscribe(state: State, name: string, alreadyHeld: ReadonlyMap<string, string>): void {
  if (name === "*") {
    startWildcard(state);
    return;
  }
  state.subscribed.add(name);
  if (alreadyHeld.has(name)) state.dirty.add(name);
  else force(state, name);
}

function unsubscribe(state: State, name: string): void {
  if (name === "*") {
    state.wildcard = false;
    for (const held of state.held.keys()) if (!state.subscribed.has(held)) forget(state, held);
    for (const dirty of state.dirty) if (!state.subscribed.has(dirty)) forget(state, dirty);
    return;
  }
  state.subscribed.delete(name);
  // The client drops it; where the wildcard still covers it, it must be told again.
  if (state.wildcard) force(state, name);
  else forget(state, name);
}

function forget(state: State, name: string): void {
  for (const names of [state.held, state.dirty, state.forced, state.gone, state.rejected]) names.delete(name);
}

function takeAnswer(state: State, request: DeltaRequest): Rejection | undefined {
  if (!(Number(request.nonce) <= state.nonce)) return undefined;
  const sent = state.inFlight.get(request.nonce);
  state.inFlight.delete(request.nonce);
  if (request.error) return reject(state, sent, request.error.message);
  if (!sent) return undefined;
  state.lastAcked = request.nonce;
  for (const name of sent) state.rejected.delete(name);
  return undefined;
}

/** A store in between accepts before its Envoy has spoken, so an error may come for what was acknowledged (`sent` unknown): it names it. */
function reject(state: State, sent: readonly string[] | undefined, message: string): Rejection {
  const mentioned = mentionedNames(message, sent ?? [...state.held.keys()]);
  const names = mentioned.length > 0 ? mentioned : (sent ?? []);
  for (const name of names) if (covers(state, name)) state.rejected.set(name, message);
  return { typeUrl: state.options.typeUrl, names, message };
}

interface Batch {
  readonly resources: EncodedResource[];
  readonly removed: string[];
  bytes: number;
  /** Something did not fit. */
  more: boolean;
}

function nextResponse(state: State, part: Part): DeltaResponse | undefined {
  const batch: Batch = { resources: [], removed: [], bytes: 0, more: false };
  if (part === "upserts") collectUpserts(state, batch);
  else collectRemovals(state, batch);
  const owed = part === "upserts" && state.owes && !state.interrupted;
  if (batch.resources.length + batch.removed.length === 0 && !owed) return undefined;
  if (part === "upserts") state.owes = batch.more;
  const nonce = String(++state.nonce);
  state.inFlight.set(nonce, [...batch.resources.map((resource) => resource.name), ...batch.removed]);
  return { typeUrl: state.options.typeUrl, nonce, resources: batch.resources, removed: batch.removed, more: batch.more };
}

function collectUpserts(state: State, batch: Batch): void {
  let looked = 0;
  for (const name of state.dirty) {
    if (looked++ > 0 && state.source.isOver?.()) {
      batch.more = true;
      state.interrupted = true;
      return;
    }
    const resource = state.source.get(name);
    const held = state.held.get(name);
    const fits = resource ? addResource(state, batch, resource) : addAbsence(state, batch, name, held);
    if (!fits) return;
    state.dirty.delete(name);
    state.forced.delete(name);
  }
}

/** False when it does not fit any more. */
function addResource(state: State, batch: Batch, resource: EncodedResource): boolean {
  state.gone.delete(resource.name);
  if (state.held.get(resource.name) === resource.version && !state.forced.has(resource.name)) return true;
  if (!take(state, batch, resource.bytes.length)) return false;
  batch.resources.push(resource);
  state.held.set(resource.name, resource.version);
  return true;
}

function addAbsence(state: State, batch: Batch, name: string, held: string | undefined): boolean {
  const forced = state.forced.has(name);
  if (held !== undefined && held !== ABSENT && !forced) {
    state.gone.add(name);
    return true;
  }
  if (!forced && (held === ABSENT || !state.subscribed.has(name))) return true;
  if (!take(state, batch, name.length)) return false;
  batch.removed.push(name);
  setAbsent(state, name);
  return true;
}

function collectRemovals(state: State, batch: Batch): void {
  for (const name of state.gone) {
    if (state.source.get(name)) {
      state.dirty.add(name);
    } else {
      if (!take(state, batch, name.length)) return;
      batch.removed.push(name);
      setAbsent(state, name);
    }
    state.gone.delete(name);
  }
}

/** What was asked for by name stays known as absent; for a wildcard that is how names never sent are, too. */
function setAbsent(state: State, name: string): void {
  state.gone.delete(name);
  if (state.subscribed.has(name)) state.held.set(name, ABSENT);
  else state.held.delete(name);
}

/** Reserves room; the first always fits, however big. */
function take(state: State, batch: Batch, bytes: number): boolean {
  if (batch.bytes > 0 && batch.bytes + bytes > state.options.maxResponseBytes) {
    batch.more = true;
    return false;
  }
  batch.bytes += bytes;
  return true;
}

function statusOf(state: State): SessionStatus {
  let held = 0;
  for (const version of state.held.values()) if (version !== ABSENT) held++;
  return {
    wildcard: state.wildcard,
    subscribed: state.subscribed.size,
    held,
    pending: state.dirty.size + state.gone.size,
    inFlight: state.inFlight.size,
    lastAckedNonce: state.lastAcked,
    rejected: new Map(state.rejected),
  };
}
