import { isDeepStrictEqual } from "node:util";
import jsonPatch, { type Operation } from "fast-json-patch";
import type { JsonObject } from "./json-object.ts";
import type { PatchOperation } from "./patch-operations.ts";

/**
 * Applies the patch as the API server will, and compares with what was meant.
 * @throws when they differ: a bug of ours, which must refuse the pod rather than start a wrong one.
 */
export function verifyPatch(before: JsonObject, patch: readonly PatchOperation[], meant: JsonObject): void {
  const { newDocument } = jsonPatch.applyPatch(structuredClone(before), structuredClone(patch) as Operation[], true, true, true);
  if (!isDeepStrictEqual(newDocument, meant)) throw new Error("the patch does not lead to the pod that was meant");
}
