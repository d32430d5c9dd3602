import type { DeltaResponse } from "./delta-encoding.ts";
import type { DeltaRequest } from "./delta-request.ts";
import { createDeltaSession, type DeltaSession, type DeltaSource, type Part, type Rejection, type SessionStatus } from "./delta-session.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "./resource.ts";

/** What the stream's client may see; `Subscription` of `src/envoy` is one. */
export interface AdsSource {
  names(type: ResourceType): Iterable<string>;
  get(type: ResourceType, name: string): EncodedResource | undefined;
  /** See {@link DeltaSource.isOver}. */
  isOver?(): boolean;
}

/** All types of one aggregated delta stream, and the order between them. Pure: no I/O and no clock. */
export interface AdsSession {
  /** Answers with the rejection that the request carried, if any. */
  request(request: DeltaRequest): Rejection | undefined;
  changed(names: ReadonlyMap<ResourceType, Iterable<string>>): void;
  /** The next response to send: call it again each time the transport took the last one, and after each request or change. */
  next(): DeltaResponse | undefined;
  /** The last `next` ended since its time was over: call it again, in another turn, although it said nothing. */
  interrupted(): boolean;
  /** Listeners or routes are held back until clusters sent before them are warm (their response is acknowledged). */
  holding(): boolean;
  /** Stop holding back for the clusters in flight now; the owner calls this when its patience ends. */
  release(): void;
  /** Nothing to send and nothing unanswered, in all types that were asked for. */
  settled(): boolean;
  /** By type URL. */
  status(): ReadonlyMap<string, SessionStatus>;
}

const ORDER = Object.keys(TYPE_URLS) as readonly ResourceType[];
/** What leads to clusters. */
const LEADING: readonly ResourceType[] = ["listener", "route"];
/** What still leads somewhere goes before what it leads to. */
const REMOVAL_ORDER: readonly ResourceType[] = ["domain", "listener", "route", "cluster", "endpoint", "secret"];
const NOTHING: DeltaSource = { names: () => [], get: () => undefined };
/** Types that a client may invent and be answered «none». */
const MAX_FOREIGN_TYPES = 16;
const MAX_RESPONSE_BYTES = 256 * 1024;
/** Envoy acknowledges clusters only when they are warm: one slow DNS name must not stop the next cluster. */
const CLUSTERS_IN_FLIGHT = 32;

interface State {
  readonly source: AdsSource;
  readonly sessions: Map<string, DeltaSession>;
  /** Nonces of cluster responses for which listeners and routes wait. */
  readonly warming: Set<string>;
  interrupted: boolean;
}

export function createAdsSession(source: AdsSource): AdsSession {
  const state: State = { source, sessions: new Map(), warming: new Set(), interrupted: false };
  const all = () => [...state.sessions.values()];
  return {
    request: (request) => takeRequest(state, request),
    changed: (names) => {
      for (const [type, changed] of names) state.sessions.get(TYPE_URLS[type])?.changed(changed);
    },
    next: () => {
      state.interrupted = false;
      return nextUpsert(state);
    },
    interrupted: () => state.interrupted,
    holding: () => state.warming.size > 0 && LEADING.some((type) => waits(state, type)),
    release: () => state.warming.clear(),
    settled: () => all().every((session) => session.inFlight() === 0 && !session.pending("upserts") && !session.pending("removals")),
    status: () => new Map([...state.sessions].map(([typeUrl, session]) => [typeUrl, session.status()])),
  };
}

function takeRequest(state: State, request: DeltaRequest): Rejection | undefined {
  if (request.typeUrl === TYPE_URLS.cluster) state.warming.delete(request.nonce);
  return sessionFor(state, request.typeUrl)?.request(request);
}

function sessionFor(state: State, typeUrl: string): DeltaSession | undefined {
  const known = state.sessions.get(typeUrl);
  if (known) return known;
  const type = ORDER.find((candidate) => TYPE_URLS[candidate] === typeUrl);
  if (!type && state.sessions.size >= ORDER.length + MAX_FOREIGN_TYPES) return undefined;
  const created = createDeltaSession(type ? sourceOf(state.source, type) : NOTHING, {
    typeUrl,
    emptyMeansAll: type === "cluster" || type === "listener",
    maxInFlight: type === "cluster" ? CLUSTERS_IN_FLIGHT : 1,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  state.sessions.set(typeUrl, created);
  return created;
}

function sourceOf(source: AdsSource, type: ResourceType): DeltaSource {
  const { isOver } = source;
  return { names: () => source.names(type), get: (name) => source.get(type, name), ...(isOver && { isOver }) };
}

function sessionOf(state: State, type: ResourceType): DeltaSession | undefined {
  return state.sessions.get(TYPE_URLS[type]);
}

function waits(state: State, type: ResourceType): boolean {
  return sessionOf(state, type)?.pending("upserts") ?? false;
}

function nextOf(state: State, type: ResourceType): DeltaResponse | undefined {
  const session = sessionOf(state, type);
  const response = session?.next("upserts");
  if (session?.interrupted()) state.interrupted = true;
  return response;
}

/** Type after type; one that has more to say than it may holds up those behind it, and all removals. */
function nextUpsert(state: State): DeltaResponse | undefined {
  for (const type of ORDER) {
    if (LEADING.includes(type) && state.warming.size > 0 && waits(state, type)) return undefined;
    const response = nextOf(state, type);
    if (response) return type === "cluster" ? sentClusters(state, response) : response;
    if (waits(state, type)) return undefined;
  }
  return nextForeign(state, "upserts") ?? nextRemoval(state) ?? nextForeign(state, "removals");
}

/**
 * Envoy warms a changed cluster only when it gets endpoints after it, yet does not ask for names it asked for before
 * (the EDS name is the cluster's name). So they are sent again, to those who are subscribed to them.
 */
function sentClusters(state: State, response: DeltaResponse): DeltaResponse {
  state.warming.add(response.nonce);
  sessionOf(state, "endpoint")?.resend(response.resources.map((resource) => resource.name));
  return response;
}

/** There is nothing of a type that nobody here knows, and what a client still holds of it is gone. */
function nextForeign(state: State, part: Part): DeltaResponse | undefined {
  if (state.sessions.size <= ORDER.filter((type) => sessionOf(state, type)).length) return undefined;
  const known: readonly string[] = Object.values(TYPE_URLS);
  for (const [typeUrl, session] of state.sessions) {
    const response = known.includes(typeUrl) ? undefined : session.next(part);
    if (response) return response;
  }
  return undefined;
}

/** A cluster goes when nothing that leads to it is on its way or unanswered. */
function nextRemoval(state: State): DeltaResponse | undefined {
  for (const type of REMOVAL_ORDER) {
    const waiting = (type === "cluster" || type === "endpoint" || type === "secret") && leading(state) > 0;
    const response = waiting ? undefined : sessionOf(state, type)?.next("removals");
    if (response) return response;
  }
  return undefined;
}

/** Responses with what leads to something else, not answered yet. */
const leading = (state: State): number => LEADING.reduce((sum, type) => sum + inFlight(state, type), 0);

function inFlight(state: State, type: ResourceType): number {
  return sessionOf(state, type)?.inFlight() ?? 0;
}
