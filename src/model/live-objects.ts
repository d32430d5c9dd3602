import { isKind, type Kind, type ObjectKey, objectKey, type StoredObject } from "../api/object.ts";
import type { Delta } from "../api/store.ts";

/** The objects as last told, for those who need whole ones: identity, injection. */
export interface LiveObjects {
  apply(delta: Delta): void;
  get<K extends Kind>(kind: K, namespace: string, name: string): StoredObject<K> | undefined;
  readonly size: number;
}

export function createLiveObjects(): LiveObjects {
  const objects = new Map<ObjectKey, StoredObject>();
  return {
    apply: (delta) => {
      for (const [key, { after }] of delta) {
        if (after === undefined) {
          objects.delete(key);
        } else {
          objects.set(key, after);
        }
      }
    },
    get: (kind, namespace, name) => {
      const found = objects.get(objectKey(kind, namespace, name));
      return found !== undefined && isKind(kind, found) ? found : undefined;
    },
    get size() {
      return objects.size;
    },
  };
}
