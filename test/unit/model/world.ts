import { type Bodies, type GivenAddress, type Kind, keyOf, type StoredObject } from "../../../src/api/object.ts";
import type { Change, Delta } from "../../../src/api/store.ts";
import { createEvaluation, type Evaluation } from "../../../src/model/evaluation.ts";
import { ALL_INDEXES } from "../../../src/model/indexes/all.ts";
import { advance, emptySnapshot } from "../../../src/model/snapshot.ts";

interface Meta {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly created?: string;
  /** What a controller has given to the hosts. */
  readonly given?: readonly GivenAddress[];
}

/** A stored object by `namespace/name`. */
export function stored<K extends Kind>(kind: K, key: string, spec: Bodies[K], meta: Meta = {}): StoredObject<K> {
  const [namespace = "", name = ""] = key.split("/");
  const { labels = {}, annotations = {}, created, given } = meta;
  return {
    kind,
    spec,
    metadata: { name, namespace, labels, annotations, ...(created === undefined ? {} : { creationTimestamp: created }) },
    ...(given === undefined ? {} : { status: { addresses: given } }),
  };
}

export function arrivals(...objects: StoredObject[]): Delta {
  return new Map(objects.map((after) => [keyOf(after), { after }]));
}

export function replacing(before: StoredObject, after: StoredObject): Delta {
  return new Map([[keyOf(after), { before, after } satisfies Change]]);
}

/** An evaluation over these objects; `then` takes further changes in. */
export function worldOf(...objects: StoredObject[]): Evaluation & { then(delta: Delta): ReadonlySet<string> } {
  const evaluation = createEvaluation((query, arg, error) => {
    throw new Error(`${query} ${arg}`, { cause: error });
  });
  let snapshot = emptySnapshot;
  const then = (delta: Delta) => {
    const next = advance(snapshot, delta, ALL_INDEXES);
    snapshot = next.snapshot;
    return evaluation.advance(next.snapshot, next.changed);
  };
  then(arrivals(...objects));
  return Object.assign(evaluation, { then });
}
