import { setImmediate as nextTurn } from "node:timers/promises";
import type { Log } from "../log.ts";
import type { ApiClient } from "./api-client.ts";
import { ApiError, hasCode } from "./api-error.ts";
import { type Backoff, createBackoff } from "./backoff.ts";
import { pause } from "./pause.ts";
import { type RawObject, rawKey } from "./raw-object.ts";
import { watchEvents } from "./watch-events.ts";

/** A collection to keep in step with. */
export interface Collection {
  /** `/apis/networking.istio.io/v1/serviceentries` */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Field and label selectors. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface ReflectorOptions {
  readonly client: ApiClient;
  readonly log: Log;
  readonly collection: Collection;
  /** Objects a page of a list. */
  readonly pageSize?: number;
  /** How long to wait before a kind that is not served is asked for again. */
  readonly unservedRetryMs?: number;
  /** A kind that is not served is nothing to tell of. */
  readonly mayBeAbsent?: boolean;
}

/** Told of a collection's state, object by object; a list that was read again tells every object once more. */
export interface ReflectorHandler {
  upsert(object: RawObject): void;
  /** `namespace/name` */
  remove(key: string): void;
  /** After each complete list; also when the kind is not served. */
  synced(): void;
}

/** A page is parsed in one go: a hundred Pods are some 600 kB and 4 ms. */
const PAGE_SIZE = 100;
const SLICE_MS = 8;
const UNSERVED_RETRY_MS = 3_000;
/** Bookmarks come every minute, so a watch that is silent for longer is a dead connection. */
const STALL_MS = 150_000;
const SHORT_WATCH_MS = 1_000;

interface State {
  readonly options: ReflectorOptions;
  readonly handler: ReflectorHandler;
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  readonly known: Set<string>;
  /** Where the next watch begins; absent when a list is needed. */
  version?: string | undefined;
  failures: number;
  unserved: boolean;
}

/**
 * Lists a collection by pages, then watches it from there on, for as long as `signal` lasts. A lost connection is taken up where it
 * ended; a version that the server has forgotten (410) means a new list. Never throws for what the server does.
 */
export async function runReflector(options: ReflectorOptions, handler: ReflectorHandler, signal: AbortSignal): Promise<void> {
  const backoff = createBackoff({ minMs: 200, maxMs: 30_000 });
  const state: State = { options, handler, signal, backoff, known: new Set(), failures: 0, unserved: false };
  while (!signal.aborted) {
    try {
      state.version ??= await list(state);
      await watch(state, state.version);
    } catch (error) {
      if (!signal.aborted) await recover(state, error);
    }
  }
}

interface Page {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly RawObject[] | null;
}

async function list(state: State): Promise<string> {
  try {
    return await listPages(state, state.options.pageSize ?? PAGE_SIZE);
  } catch (error) {
    // The token of the next page grew too old while we were reading: all at once, then.
    if (!hasCode(error, 410)) throw error;
    return listPages(state, 0);
  }
}

async function listPages(state: State, limit: number): Promise<string> {
  const { client, collection } = state.options;
  const seen = new Set<string>();
  let next: string | undefined;
  let version = "";
  do {
    const query = { ...collection.query, ...(limit > 0 && { limit: String(limit) }), ...(next && { continue: next }) };
    const page: Page = await client.json({ path: collection.path, query, signal: state.signal });
    await takePage(state, page.items ?? [], seen);
    version = page.metadata.resourceVersion;
    next = page.metadata.continue;
  } while (next);
  for (const key of [...state.known]) {
    if (!seen.has(key)) forget(state, key);
  }
  healthy(state);
  state.unserved = false;
  state.handler.synced();
  return version;
}

/** Items in slices, so that a list of thousands never holds up a webhook's answer. */
async function takePage(state: State, items: readonly RawObject[], seen: Set<string>): Promise<void> {
  const { apiVersion, kind } = state.options.collection;
  let sliceEnds = performance.now() + SLICE_MS;
  for (const item of items) {
    seen.add(rawKey(item));
    upsert(state, { apiVersion, kind, ...item });
    if (performance.now() > sliceEnds) {
      await nextTurn();
      sliceEnds = performance.now() + SLICE_MS;
    }
  }
}

async function watch(state: State, from: string): Promise<void> {
  const { client, collection } = state.options;
  const began = performance.now();
  const timeoutSeconds = String(300 + Math.floor(Math.random() * 300));
  const query = { ...collection.query, watch: "1", allowWatchBookmarks: "true", resourceVersion: from, timeoutSeconds };
  const chunks = await client.stream({ path: collection.path, query, signal: state.signal }, STALL_MS);
  for await (const { type, object } of watchEvents(chunks)) {
    if (type === "ERROR") throw new ApiError(object.code ?? 500, object);
    if (type === "DELETED") forget(state, rawKey(object));
    else if (type !== "BOOKMARK") upsert(state, object);
    state.version = object.metadata.resourceVersion;
    healthy(state);
  }
  if (state.version === from && performance.now() - began < SHORT_WATCH_MS) {
    await pause(state.backoff.next(), state.signal); // a server that hangs up at once is not to be stormed
  }
}

function upsert(state: State, object: RawObject): void {
  state.known.add(rawKey(object));
  state.handler.upsert(object);
}

function forget(state: State, key: string): void {
  if (state.known.delete(key)) state.handler.remove(key);
}

function healthy(state: State): void {
  if (state.failures >= LOUD_FAILURES) state.options.log.info({ path: state.options.collection.path }, "watching again");
  state.failures = 0;
  state.backoff.reset();
}

const LOUD_FAILURES = 3;

async function recover(state: State, error: unknown): Promise<void> {
  if (state.version === undefined && hasCode(error, 404)) {
    return waitUntilServed(state);
  }
  if (hasCode(error, 410, 404)) state.version = undefined;
  state.failures++;
  const { log, collection } = state.options;
  const fields = { path: collection.path, failures: state.failures, reason: String(error) };
  // A server that restarts cuts every watch once: worth a line only when it stays away.
  if (state.failures === LOUD_FAILURES) log.warn(fields, "cannot watch, what is known stays in force");
  else log.debug(fields, "watch interrupted");
  const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  await pause(Math.max(asked, state.backoff.next()), state.signal);
}

async function waitUntilServed(state: State): Promise<void> {
  const { log, collection, unservedRetryMs = UNSERVED_RETRY_MS, mayBeAbsent = false } = state.options;
  if (!state.unserved) {
    state.unserved = true;
    const fix = "apply the CRDs of the chart; it is asked for again every few seconds";
    const fields = { kind: collection.kind, apiVersion: collection.apiVersion, fix };
    if (!mayBeAbsent) log.warn(fields, "the API server does not serve this kind, going on without it");
    state.handler.synced();
  }
  await pause(unservedRetryMs * (0.75 + Math.random() / 2), state.signal);
}
