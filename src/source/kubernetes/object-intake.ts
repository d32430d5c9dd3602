import { isDeepStrictEqual } from "node:util";
import { decode } from "../../api/decode.ts";
import { type Kind, type ObjectKey, objectKey, type StoredObject } from "../../api/object.ts";
import { err, type Result } from "../../base/result.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { ProblemList } from "../problem-list.ts";
import { sourceFinding } from "../source-finding.ts";
import type { RawObject } from "./raw-object.ts";

/** Keeps the last good version of each object of the API server, and notes what that changes. */
export interface ObjectIntake {
  upsert(kind: Kind, raw: RawObject): void;
  /** `key` is `namespace/name`. */
  remove(kind: Kind, key: string): void;
  /** Puts an object that is made here, such as the mesh configuration. */
  put(object: StoredObject): void;
}

/** Told of every object as it comes, what others wrote beside the part we read included. */
export interface RawObserver {
  /** `read`: what was read of it, or why nothing could be. */
  upsert(key: ObjectKey, raw: RawObject, read: Result<StoredObject, readonly Finding[]>): void;
  remove(key: ObjectKey): void;
}

type Note = (key: ObjectKey, before: StoredObject | undefined, after: StoredObject | undefined) => void;

export function createObjectIntake(problems: ProblemList, note: Note, observers: readonly RawObserver[] = []): ObjectIntake {
  const objects = new Map<ObjectKey, StoredObject>();
  const put = (key: ObjectKey, after: StoredObject): void => {
    const before = objects.get(key);
    if (before !== undefined && sameContent(before, after)) return;
    objects.set(key, after);
    note(key, before, after);
  };
  return {
    put: (object) => put(objectKey(object.kind, object.metadata.namespace, object.metadata.name), object),
    upsert: (kind, raw) => {
      const key = objectKey(kind, raw.metadata.namespace ?? "", raw.metadata.name);
      const decoded = safely(raw);
      for (const observer of observers) observer.upsert(key, raw, decoded);
      if (decoded.ok) {
        problems.clear(key);
        put(key, decoded.value);
      } else {
        problems.set({ id: key, object: key, findings: decoded.error });
      }
    },
    remove: (kind, name) => {
      const key = `${kind}/${name}` as ObjectKey;
      const before = objects.get(key);
      for (const observer of observers) observer.remove(key);
      problems.clear(key);
      objects.delete(key);
      if (before !== undefined) note(key, before, undefined);
    },
  };
}

/** One object that trips the decoder must not stop the others. */
function safely(raw: RawObject): Result<StoredObject, readonly Finding[]> {
  try {
    return decode(raw);
  } catch (error) {
    return err([sourceFinding("decoderFault", { fault: (error as Error).message })]);
  }
}

/** A new resourceVersion alone is no change: a heartbeat, a condition, a field that we do not read, or a list read anew. */
function sameContent(before: StoredObject, after: StoredObject): boolean {
  const { resourceVersion: _before, ...metaBefore } = before.metadata;
  const { resourceVersion: _after, ...metaAfter } = after.metadata;
  const same = isDeepStrictEqual(metaBefore, metaAfter) && isDeepStrictEqual(before.spec, after.spec);
  return same && isDeepStrictEqual(before.status, after.status);
}
