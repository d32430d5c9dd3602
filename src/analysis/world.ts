import type { Kind, StoredObject } from "../api/object.ts";
import type { Reader } from "../model/evaluation.ts";
import type { Index } from "../model/fact.ts";
import type { WorkloadLimits } from "./workload-shelf.ts";

/**
 * All objects that are judged together, asked as the data path asks them: facts of the snapshot, and the queries of `scope`. Rules
 * never look at all of them. An older version of the object that is being judged does not count: the object stands in its place.
 */
export interface World extends Pick<Reader, "ask" | "get"> {
  find<K extends Kind>(kind: K, namespace: string, name: string): StoredObject<K> | undefined;
  /** The version that is stored, though another is judged. */
  stored(kind: Kind, namespace: string, name: string): StoredObject | undefined;
  /** How many are found under a key, an older version of the judged object among them; cheaper than to ask for them. */
  count(index: Index<unknown>, key: string): number;
  /** Workloads that a selector chooses: pods, WorkloadEntries, and what makes pods. */
  workloads(selector: Readonly<Record<string, string>>, within: WorkloadLimits): readonly StoredObject[];
  /** Whether any object of a kind is known, or all are: without, nothing can be said about one that is missing. What makes pods counts as one. */
  knows(kind: Kind): boolean;
  /** Whether all objects of a kind are known, so that none counts as not there. */
  hasAll(kind: Kind): boolean;
  /** The world as it is with this object in place of its stored version. */
  with(object: StoredObject): World;
}
