import { isKind, type Kind, type ObjectKey, objectKey, type StoredObject } from "../api/object.ts";
import type { Delta } from "../api/store.ts";

/** The objects as last told, for those who need whole ones: identity, injection. */
export interface LiveObjects {
  apply(delta: Delta): void;
  get<K extends Kind>(kind: K, namespace: string, name: string): StoredObject<K> | undefined;
  /** All of one kind in a namespace, of kinds of which a namespace has few. */
  list<K extends ListedKind>(kind: K, namespace: string): readonly StoredObject<K>[];
  readonly size: number;
}

export type ListedKind = "LimitRange" | "ResourceQuota";

const LISTED: ReadonlySet<Kind> = new Set<ListedKind>(["LimitRange", "ResourceQuota"]);

export function createLiveObjects(): LiveObjects {
  const objects = new Map<ObjectKey, StoredObject>();
  const listed = new Map<string, Map<ObjectKey, StoredObject>>();
  const file = (key: ObjectKey, { kind, metadata }: StoredObject, after: StoredObject | undefined): void => {
    if (!LISTED.has(kind)) return;
    const place = `${kind}/${metadata.namespace}`;
    const shelf = listed.get(place) ?? new Map<ObjectKey, StoredObject>();
    if (after === undefined) shelf.delete(key);
    else shelf.set(key, after);
    if (shelf.size === 0) listed.delete(place);
    else listed.set(place, shelf);
  };
  return {
    apply: (delta) => {
      for (const [key, { after }] of delta) {
        const object = after ?? objects.get(key);
        if (object !== undefined) file(key, object, after);
        if (after === undefined) objects.delete(key);
        else objects.set(key, after);
      }
    },
    get: (kind, namespace, name) => {
      const found = objects.get(objectKey(kind, namespace, name));
      return found !== undefined && isKind(kind, found) ? found : undefined;
    },
    list: (kind, namespace) => [...(listed.get(`${kind}/${namespace}`)?.values() ?? [])].filter((object) => isKind(kind, object)),
    get size() {
      return objects.size;
    },
  };
}
