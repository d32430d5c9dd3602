import type { DeltaResponse } from "../rpc/delta-encoding.ts";
import type { ResourceType } from "../rpc/resource.ts";
import { type ResourceStore, resourceTypeOf } from "./resource-store.ts";

/**
 * Types of which all there is is wanted. Until a whole set of one has been received, what is on disk of it counts for nothing to the
 * controller, which so sends all and says where it ends.
 */
export interface FirstSets {
  /** What the controller is told to be held already: name → version. */
  held(typeUrl: string): ReadonlyMap<string, string>;
  /** The response; the last of a first set takes along what is on disk of one that broke off, and is not in it: nobody else will. */
  completed(response: DeltaResponse): DeltaResponse;
  /** The next stream begins anew. */
  lost(): void;
}

export function createFirstSets(store: Pick<ResourceStore, "table">, types: readonly ResourceType[]): FirstSets {
  const sent = new Map<ResourceType, Set<string>>();
  const isDue = (type: ResourceType): boolean => types.includes(type) && !store.table(type).isComplete();
  return {
    held: (typeUrl) => {
      const type = resourceTypeOf(typeUrl);
      return type === undefined || isDue(type) ? new Map() : store.table(type).versions();
    },
    completed: (response) => {
      const type = resourceTypeOf(response.typeUrl);
      if (type === undefined || !isDue(type)) return response;
      const names = sent.get(type) ?? new Set();
      for (const { name } of response.resources) names.add(name);
      sent.set(type, names);
      if (response.more) return response;
      sent.delete(type);
      const gone = new Set(store.table(type).versions().keys()).difference(names);
      return { ...response, removed: [...gone.union(new Set(response.removed))] };
    },
    lost: () => sent.clear(),
  };
}
