import type { UnenforcedKind } from "../../api/unenforced-kinds.ts";
import type { Clock } from "../../base/clock.ts";
import type { ApiClient } from "../../source/kubernetes/api-client.ts";
import { metadataOnly } from "../../source/kubernetes/metadata-client.ts";
import { type RawObject, rawKey } from "../../source/kubernetes/raw-object.ts";
import { runReflector } from "../../source/kubernetes/reflector.ts";
import { type ServedKind, servedUnenforcedKinds } from "../../source/kubernetes/served-unenforced-kinds.ts";
import type { Log } from "../../source/log.ts";
import type { EventSubject } from "../events/happening.ts";
import { wait } from "../wait.ts";

/** The objects of one kind, by `namespace/name`. */
export type UnenforcedObjects = ReadonlyMap<string, EventSubject>;

export interface WatchUnenforcedOptions {
  readonly client: ApiClient;
  /** Told of every complete list of a kind, and of every object that comes or goes after it; of a kind that is no longer served, none. */
  readonly changed: (kind: UnenforcedKind, objects: UnenforcedObjects) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often it is asked which kinds there are: who installs one has looked away by then, who removes one also. */
const LOOK_EVERY_MS = 30_000;

/** Follows the objects of every kind that Istio would enforce and we do not, as kinds and objects come and go, until the signal. */
export async function watchUnenforced(options: WatchUnenforcedOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, log, changed } = options;
  const followed = new Map<string, { readonly kind: UnenforcedKind; readonly end: AbortController }>();
  const follow = (served: ServedKind): void => {
    const end = new AbortController();
    followed.set(served.collection.path, { kind: served.unenforced, end });
    void followKind(options, served, AbortSignal.any([end.signal, signal]));
  };
  const look = async (): Promise<void> => {
    const served = await servedUnenforcedKinds(client);
    const paths = new Set(served.map(({ collection }) => collection.path));
    for (const [path, { kind, end }] of followed) {
      if (paths.has(path)) continue;
      end.abort();
      followed.delete(path);
      changed(kind, new Map());
    }
    for (const each of served) if (!followed.has(each.collection.path)) follow(each);
  };
  while (!signal.aborted) {
    await look().catch((error: unknown) => log.debug({ reason: String(error) }, "the API server does not say which kinds it serves"));
    await wait(clock, LOOK_EVERY_MS, signal);
  }
}

function followKind({ client, log, changed }: WatchUnenforcedOptions, served: ServedKind, signal: AbortSignal): Promise<void> {
  const { unenforced, collection } = served;
  const objects = new Map<string, EventSubject>();
  let listed = false;
  const tell = (): void => {
    if (listed && !signal.aborted) changed(unenforced, objects);
  };
  const upsert = (raw: RawObject): void => {
    const before = objects.get(rawKey(raw));
    const { namespace = "", name, uid = "" } = raw.metadata;
    if (before?.uid === uid) return;
    objects.set(rawKey(raw), { apiVersion: collection.apiVersion, kind: collection.kind, namespace, name, uid });
    tell();
  };
  const remove = (key: string): void => {
    objects.delete(key);
    tell();
  };
  const synced = (): void => {
    listed = true;
    tell();
  };
  return runReflector({ client: metadataOnly(client), log, collection, mayBeAbsent: true }, { upsert, remove, synced }, signal);
}
