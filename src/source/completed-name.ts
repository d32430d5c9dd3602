import { createHash } from "node:crypto";
import type { StoredObject } from "../api/object.ts";

/** Letters of a name's end; the API server makes up as many or fewer. */
const LENGTH = 8;

/**
 * The object under a whole name: one that has no more than the beginning of a name (`generateName`) gets an end that follows from `seed`,
 * so that several with one beginning are several objects, as they will be at the API server.
 */
export function completed<T extends StoredObject>(object: T, seed: string): T {
  const { generateName } = object.metadata;
  if (generateName === undefined) return object;
  const end = createHash("sha256").update(seed).digest("hex").slice(0, LENGTH);
  return { ...object, metadata: { ...object.metadata, name: `${generateName}${end}` } };
}
