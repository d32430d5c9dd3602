import { isDeepStrictEqual } from "node:util";
import { type Kind, keyOf, type ObjectKey, objectKey, type StoredObject } from "../api/object.ts";
import type { Change, Delta } from "../api/store.ts";
import type { Reader } from "../model/evaluation.ts";
import { factOf, type Index } from "../model/fact.ts";
import { readOnce } from "../model/read-once.ts";
import { advance, answer, answerWith, countOf, emptySnapshot, type Snapshot } from "../model/snapshot.ts";
import { ANALYSIS_INDEXES } from "./indexes/all.ts";
import { type Knowledge, OF_DOCUMENTS } from "./knowledge.ts";
import {
  createWorkloadShelf,
  TEMPLATE_KINDS,
  WORKLOAD_KINDS,
  type WorkloadShelf,
  workloadLabels,
  workloadPlaces,
} from "./workload-shelf.ts";
import type { World } from "./world.ts";

/** An object that could not be arranged, by a bug: to the rules its version before stands. */
export interface WorldFailure {
  readonly object: ObjectKey;
  readonly error: unknown;
}

/** Told of a place in the world, where an answer came from or where something changed. */
export type AtPlace = (place: string) => void;

/** A world that is kept up change by change: work is in proportion to the change, and no question costs more in a larger world. */
export interface LiveWorld extends World {
  apply(delta: Delta): readonly WorldFailure[];
  /** The same world, which tells every place that its answers depend on. */
  recording(asked: AtPlace): World;
}

/** Nobody asks where calls end. */
const NOT_ASKED: ReadonlySet<Kind> = new Set(["EndpointSlice"]);

const KEPT: ReadonlySet<string> = new Set(ANALYSIS_INDEXES.map(({ name }) => name));

/** A fact that is not kept would seem to have no answer. */
function demandKept({ name }: Index<unknown>): void {
  if (!KEPT.has(name)) throw new Error(`analysis keeps no index ${name}; add it to ANALYSIS_INDEXES`);
}

const isWorkload = ({ kind }: StoredObject): boolean => WORKLOAD_KINDS.includes(kind);

/** Comes after every time of creation. */
const NOW = "~";

interface Contents {
  readonly snapshot: () => Snapshot;
  readonly objects: ReadonlyMap<ObjectKey, StoredObject>;
  readonly counts: ReadonlyMap<Kind, number>;
  readonly workloads: WorkloadShelf;
  readonly complete: Knowledge;
}

/** `touched` is told every place at which answers may have changed: whoever asked there asks again. */
export function createLiveWorld(touched: AtPlace = () => undefined, complete: Knowledge = OF_DOCUMENTS): LiveWorld {
  const objects = new Map<ObjectKey, StoredObject>();
  const counts = new Map<Kind, number>();
  const workloads = createWorkloadShelf();
  let snapshot = emptySnapshot;
  const take = (key: ObjectKey, after: StoredObject | undefined): Change => {
    const before = objects.get(key);
    count(counts, before, after, touched);
    rearrange(workloads, before, after, touched);
    if (after === undefined) objects.delete(key);
    else objects.set(key, after);
    touched(key);
    return { ...(before && { before }), ...(after && { after }) };
  };
  const contents = { snapshot: () => snapshot, objects, counts, workloads, complete };
  return {
    ...worldOf(contents, {}),
    recording: (asked) => worldOf(contents, { asked }),
    apply: (delta) => {
      const asked = [...delta].filter(([key]) => !NOT_ASKED.has(key.slice(0, key.indexOf("/")) as Kind));
      const next = advance(snapshot, new Map(asked.map(([key, { after }]) => [key, take(key, after)])), ANALYSIS_INDEXES);
      snapshot = next.snapshot;
      for (const fact of next.changed) touched(fact);
      return next.failures;
    },
  };
}

/** A world of these objects; of several with one name the last counts. What cannot be arranged is left out. */
export function createWorld(objects: Iterable<StoredObject>, complete: Knowledge = OF_DOCUMENTS): World {
  const world = createLiveWorld(() => undefined, complete);
  world.apply(new Map([...objects].map((after) => [keyOf(after), { after }])));
  return world;
}

const kindPlace = (kind: Kind): string => `any ${kind}`;

function count(counts: Map<Kind, number>, before: StoredObject | undefined, after: StoredObject | undefined, touched: AtPlace): void {
  const kind = (after ?? before)?.kind;
  const more = (after ? 1 : 0) - (before ? 1 : 0);
  if (kind === undefined || more === 0) return;
  const known = counts.get(kind) ?? 0;
  counts.set(kind, known + more);
  if (known === 0 || known + more === 0) touched(kindPlace(kind));
}

/** Labels are all that selectors look at: a pod whose state alone changes is chosen as before. */
function rearrange(shelf: WorkloadShelf, before: StoredObject | undefined, after: StoredObject | undefined, touched: AtPlace): void {
  const [old, next] = [before, after].map((object) => (object !== undefined && isWorkload(object) ? object : undefined));
  if (old !== undefined) shelf.remove(old);
  if (next !== undefined) shelf.put(next);
  if (old && next && isDeepStrictEqual(workloadLabels(old), workloadLabels(next))) return;
  for (const place of [old, next].flatMap((object) => (object === undefined ? [] : workloadPlaces(object)))) touched(place);
}

interface Viewpoint {
  /** Stands in place of its stored version. */
  readonly judged?: StoredObject;
  readonly asked?: AtPlace;
}

function worldOf(contents: Contents, { judged, asked = () => undefined }: Viewpoint): World {
  const { objects, complete } = contents;
  const facts = judged === undefined ? asStored(contents) : inPlace(contents, judged);
  const own = judged && keyOf(judged);
  const ask: Reader["ask"] = (index, key) => {
    demandKept(index as Index<unknown>);
    asked(factOf(index as Index<unknown>, key));
    return facts(index, key);
  };
  const once = judged && readOnce(ask);
  const find = (key: ObjectKey): StoredObject | undefined => {
    if (key === own) return judged;
    asked(key);
    return objects.get(key);
  };
  return {
    ask,
    // Without an object that is judged the world may change between two questions.
    get: (query, arg) => (once ?? readOnce(ask)).get(query, arg),
    find: (kind, namespace, name) => find(objectKey(kind, namespace, name)) as never,
    count: (index, key) => {
      asked(factOf(index, key));
      return countOf(contents.snapshot(), index, key);
    },
    workloads: (selector, within) => contents.workloads.chosen(selector, within, asked),
    knows: (kind) => known(contents, kind, asked),
    hasAll: (kind) => complete.has(kind),
    with: (object) => worldOf(contents, { judged: object, asked }),
    stored: (kind, namespace, name) => objects.get(objectKey(kind, namespace, name)),
  };
}

function known({ complete, counts }: Contents, kind: Kind, asked: AtPlace): boolean {
  const kinds = kind === "Pod" ? [kind, ...TEMPLATE_KINDS] : [kind];
  if (kinds.some((each) => complete.has(each))) return true;
  for (const each of kinds) asked(kindPlace(each));
  return kinds.some((each) => (counts.get(each) ?? 0) > 0);
}

function asStored({ snapshot }: Contents): Reader["ask"] {
  return (index, key) => answer(snapshot(), index, key);
}

/** A stored object keeps its age. One that joins a cluster is the youngest; among documents, of which none has an age, names decide. */
function inPlace({ snapshot, objects, complete }: Contents, judged: StoredObject): Reader["ask"] {
  const { creationTimestamp: own } = judged.metadata;
  const stored = objects.get(keyOf(judged));
  const age = stored === undefined ? (own ?? (complete.has("Pod") ? NOW : "")) : (stored.metadata.creationTimestamp ?? "");
  const answered = answerWith(judged, age);
  return (index, key) => answered(snapshot(), index, key);
}
