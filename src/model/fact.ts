import type { Kind, StoredObject } from "../api/object.ts";

/**
 * A question that can be asked of a snapshot, `virtual-services-for/api.example.com`. It exists whether or not it has an
 * answer, so that an arrival where nothing was invalidates what had asked in vain.
 */
export type Fact = string & { readonly __fact: never };

/**
 * Says under which keys an object is found, and what is found there. Values hold only what askers need: two values that are
 * deeply equal count as no change, so a narrow value is what keeps a change small.
 */
export interface Index<V> {
  readonly name: string;
  readonly kinds: readonly Kind[];
  entries(object: StoredObject): Iterable<readonly [key: string, value: V]>;
}

export function factOf(index: Index<unknown>, key: string): Fact {
  return `${index.name}/${key}` as Fact;
}
