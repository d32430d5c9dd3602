import { isDeepStrictEqual } from "node:util";
import { fieldAt, isObject, type JsonObject } from "./json-object.ts";
import { identityIn } from "./list-identity.ts";

/** One operation of RFC 6902; injection needs no other. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

type Identity = (member: unknown) => unknown;

/**
 * The operations that lead from a pod to the pod that is meant, each as narrow as it can be: a list with identities is only
 * ever added to or removed from, one member at a time, so an auditor reads what was added and other webhooks' members are not named.
 */
export function patchOperations(before: JsonObject, after: JsonObject, path = ""): readonly PatchOperation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key): PatchOperation => ({ op: "remove", path: `${path}/${escapePointer(key)}` })),
    ...Object.entries(after).flatMap(([key, value]) => fieldOperations(`${path}/${escapePointer(key)}`, key, fieldAt(before, key), value)),
  ];
}

function fieldOperations(path: string, key: string, before: unknown, after: unknown): readonly PatchOperation[] {
  if (before === undefined || before === null) return after === before ? [] : [{ op: "add", path, value: after }];
  if (isObject(before) && isObject(after)) return patchOperations(before, after, path);
  if (isDeepStrictEqual(before, after)) return [];
  const identity = identityIn(key);
  if (identity !== undefined && Array.isArray(before) && Array.isArray(after)) return memberOperations(path, identity, before, after);
  return [{ op: "replace", path, value: after }];
}

/** Removes from behind, then walks forward: each index is right at the moment its operation is applied. */
function memberOperations(
  path: string,
  identity: Identity,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly PatchOperation[] {
  const wanted = new Set(after.map(identity));
  const gone = before.map((item, index) => ({ item, index })).filter(({ item }) => !wanted.has(identity(item)));
  const kept = before.filter((item) => wanted.has(identity(item)));
  const removals = gone.reverse().map(({ index }): PatchOperation => ({ op: "remove", path: `${path}/${index}` }));
  return [...removals, ...additions(path, identity, kept, after)];
}

function additions(path: string, identity: Identity, kept: readonly unknown[], after: readonly unknown[]): readonly PatchOperation[] {
  let next = 0;
  const walked = after.flatMap((item, index): readonly PatchOperation[] => {
    const current = kept[next];
    if (current === undefined || identity(current) !== identity(item)) {
      return [{ op: "add", path: `${path}/${index}`, value: item }];
    }
    next += 1;
    return isObject(current) && isObject(item) ? patchOperations(current, item, `${path}/${index}`) : [];
  });
  // Two members of one name, or in another order than is meant: what was not met stands behind the others.
  const left = kept.slice(next).map((_, index): PatchOperation => ({ op: "remove", path: `${path}/${after.length + index}` }));
  return [...walked, ...left.reverse()];
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
