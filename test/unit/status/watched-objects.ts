import type { ObjectKey } from "../../../src/api/object.ts";
import type { ApiRequest } from "../../../src/source/kubernetes/api-client.ts";
import type { RawObject } from "../../../src/source/kubernetes/raw-object.ts";
import { heldClock } from "../xds/held-clock.ts";
import { settled } from "./fake-api.ts";

interface Watcher {
  put(key: ObjectKey, raw: RawObject): void;
  remove(key: ObjectKey): void;
}

/** What happens before a request is carried out; throwing, it fails. */
export type Before = (request: ApiRequest) => Promise<void> | void;

/** Objects as the API server keeps them, which replicas watch, and the time. */
export function watchedObjects() {
  const clock = heldClock(Date.parse("2026-01-01T00:00:00Z"));
  const raws = new Map<ObjectKey, RawObject>();
  const watchers: Watcher[] = [];
  let version = 1000;
  const nextVersion = (): number => ++version;
  return {
    clock,
    raws: raws as ReadonlyMap<ObjectKey, RawObject>,
    nextVersion,
    store: (key: ObjectKey, raw: RawObject): RawObject => {
      const stored = { ...raw, metadata: { ...raw.metadata, resourceVersion: `${nextVersion()}` } };
      raws.set(key, stored);
      for (const watcher of watchers) watcher.put(key, stored);
      return stored;
    },
    remove: (key: ObjectKey): void => {
      raws.delete(key);
      for (const watcher of watchers) watcher.remove(key);
    },
    /** The object that a write of a status is about. */
    writtenTo: ({ path }: ApiRequest): ObjectKey | undefined =>
      [...raws.keys()].find((key) => path.endsWith(`/${key.split("/")[2]}/status`)),
    watch: <W extends Watcher>(watcher: W): W => {
      watchers.push(watcher);
      for (const [key, raw] of raws) watcher.put(key, raw);
      return watcher;
    },
    /** Lets time pass in small steps, and all that it sets off happen. */
    pass: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.move(100);
        await settled();
      }
    },
  };
}
