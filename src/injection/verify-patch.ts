import { isDeepStrictEqual } from "node:util";
import jsonPatch, { type Operation } from "fast-json-patch";
import type { JsonObject } from "./json-object.ts";
import type { PatchOperation } from "./patch-operations.ts";

/**
 * Applies the patch as the API server will, and compares with what was meant.
 * @throws when they differ: a bug of ours, which must refuse the pod rather than start a wrong one.
 */
export function verifyPatch(before: JsonObject, patch: readonly PatchOperation[], meant: JsonObject): void {
  // What lies deeper than any operation reaches is not changed, and need not be copied: that is most of a large pod.
  const depth = Math.max(0, ...patch.map(({ path }) => path.split("/").length - 1));
  const operations = patch.map((operation) => ("value" in operation ? { ...operation, value: copied(operation.value, depth) } : operation));
  const { newDocument } = jsonPatch.applyPatch(copied(before, depth), operations as Operation[], true, true, true);
  if (!isDeepStrictEqual(newDocument, meant)) throw new Error("the patch does not lead to the pod that was meant");
}

/** A value of which the outer levels are a copy, so many of them; what is further in is the same. */
function copied(value: unknown, levels: number): unknown {
  if (levels === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copied(item, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item, levels - 1)]));
}
