import { isDeepStrictEqual } from "node:util";
import { ADDED_CONTAINERS } from "../base/proxy-containers.ts";
import { commonMembers } from "./common-members.ts";
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

/** Members of ours may go and come again elsewhere; what others put in order is named by no operation as long as that can be. */
const weightOf = (name: unknown): number => (ADDED_CONTAINERS.has(name) ? 1 : 1_000);
/** Pairs of members that are compared at the most, for an order that is another one than is meant. */
const MOST_PAIRS = 40_000;

/** Leads from one order to another: what does not stay in its place is removed, and added where it is meant to be. */
function reordered(path: string, identity: Identity, before: readonly unknown[], after: readonly unknown[]): readonly PatchOperation[] {
  const pairs = commonMembers(before.map(identity), after.map(identity), weightOf);
  const staying = new Map(pairs.map(([one, other]) => [other, before[one]]));
  const stays = new Set(pairs.map(([one]) => one));
  const removals = before.flatMap((_, index): readonly PatchOperation[] =>
    stays.has(index) ? [] : [{ op: "remove", path: `${path}/${index}` }],
  );
  const walked = after.flatMap((item, index): readonly PatchOperation[] => {
    const current = staying.get(index);
    if (!staying.has(index)) return [{ op: "add", path: `${path}/${index}`, value: item }];
    return isObject(current) && isObject(item) ? patchOperations(current, item, `${path}/${index}`) : [];
  });
  return [...removals.reverse(), ...walked];
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
  if (next < kept.length && kept.length * after.length <= MOST_PAIRS) return reordered(path, identity, kept, after);
  // Too many to look for the best: what was not met stands behind the others.
  const left = kept.slice(next).map((_, index): PatchOperation => ({ op: "remove", path: `${path}/${after.length + index}` }));
  return [...walked, ...left.reverse()];
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
