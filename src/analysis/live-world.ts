import { isKind, type Kind, keyOf, type ObjectKey, objectKey, type StoredObject } from "../api/object.ts";
import type { Delta } from "../api/store.ts";
import { isSeenFrom, resolveExportTo } from "../model/export-to.ts";
import { hostAndWildcards } from "../model/short-host.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import type { DeclaredService, World } from "./world.ts";
import { isWorldObject, nearKey, podKey, routesKey, ruleKey, serverKey, serviceKey, sidecarKey, worldKeys } from "./world-keys.ts";

/** An object that could not be arranged, by a bug: to the rules it is not there. */
export interface WorldFailure {
  readonly object: ObjectKey;
  readonly error: unknown;
}

/** Told of a place in the world, where an answer came from or where something changed. */
export type AtPlace = (place: string) => void;

/** A world that is kept up change by change: work is in proportion to the change, and no question costs more in a larger world. */
export interface LiveWorld extends World {
  apply(delta: Delta): readonly WorldFailure[];
  /** The same world, which tells every place that its answers depend on. */
  recording(asked: AtPlace): World;
}

/** `touched` is told every place at which answers may have changed: whoever asked there asks again. */
export function createLiveWorld(touched: AtPlace = () => undefined): LiveWorld {
  const objects = new Map<ObjectKey, StoredObject>();
  const shelf = createShelf<StoredObject>();
  const replace = (key: ObjectKey, after: StoredObject | undefined): void => {
    const before = objects.get(key);
    const keys = after === undefined ? [] : worldKeys(after);
    const gone = before === undefined ? [] : worldKeys(before);
    if (before !== undefined) shelf.remove(before, gone);
    for (const place of [key, ...gone, ...keys]) touched(place);
    objects.delete(key);
    if (after === undefined) return;
    shelf.put(after, keys);
    objects.set(key, after);
  };
  const take = (key: ObjectKey, after: StoredObject | undefined): readonly WorldFailure[] => {
    try {
      replace(key, after !== undefined && isWorldObject(after) ? after : undefined);
      return [];
    } catch (error) {
      replace(key, undefined);
      return [{ object: key, error }];
    }
  };
  const find = (key: ObjectKey) => objects.get(key);
  return {
    apply: (delta) => [...delta].flatMap(([key, { after }]) => take(key, after)),
    recording: (asked) => questions({ at: told(asked, shelf.at), count: told(asked, shelf.count), find: told(asked, find) }),
    ...questions({ ...shelf, find }),
  };
}

/** A world of these objects; of several with one name the last counts. What cannot be arranged is left out. */
export function createWorld(objects: Iterable<StoredObject>): World {
  const world = createLiveWorld();
  world.apply(new Map([...objects].map((after) => [keyOf(after), { after }])));
  return world;
}

/** All that questions read, so that what they depend on can be told. */
interface Reading extends Pick<Shelf<StoredObject>, "at" | "count"> {
  find(key: ObjectKey): StoredObject | undefined;
}

function told<K extends string, T>(asked: AtPlace, read: (place: K) => T): (place: K) => T {
  return (place) => {
    asked(place);
    return read(place);
  };
}

function questions(shelf: Reading): World {
  const at = <K extends Kind>(key: string) => shelf.at(key) as readonly StoredObject[] as readonly StoredObject<K>[];
  return {
    find: (kind, namespace, name) => shelf.find(objectKey(kind, namespace, name)) as never,
    services: (host, namespace) =>
      hostAndWildcards(host).flatMap((key) =>
        shelf
          .at(serviceKey(key))
          .filter((by) => isVisible(by, namespace))
          .map((by) => declared(key, by)),
      ),
    destinationRules: (host, namespace) =>
      hostAndWildcards(host)
        .flatMap((key) => at<"DestinationRule">(ruleKey(key)))
        .filter((rule) => isVisible(rule, namespace)),
    meshRoutes: (host) => at<"VirtualService">(routesKey(host)),
    gatewaysServing: (port, host) => at<"Gateway">(serverKey(port, host)),
    gatewaysNear: (namespace, name) => [
      ...new Set([...at<"Gateway">(nearKey("namespace", namespace)), ...at<"Gateway">(nearKey("name", name))]),
    ],
    sidecarsForAll: (namespace) => at<"Sidecar">(sidecarKey(namespace)),
    knowsPods: () => shelf.count(podKey()) > 0,
    hasPodWith: (labels) => hasPodWith(shelf, Object.entries(labels)),
  };
}

/** Looks at the pods of the rarest label only. */
function hasPodWith(shelf: Reading, wanted: readonly (readonly [string, string])[]): boolean {
  const [rarest = podKey()] = wanted.map((label) => podKey(label)).toSorted((a, b) => shelf.count(a) - shelf.count(b));
  if (wanted.length < 2) return shelf.count(rarest) > 0;
  return shelf.at(rarest).some(({ metadata }) => wanted.every(([name, value]) => metadata.labels[name] === value));
}

function declared(host: string, by: StoredObject): DeclaredService {
  if (isKind("Service", by)) return { host, by, ports: (by.spec.ports ?? []).map(({ port }) => port) };
  return { host, by, ports: isKind("ServiceEntry", by) ? (by.spec.ports ?? []).map(({ number }) => number) : [] };
}

/** Annotation with which a Service says who sees it, as ServiceEntry's exportTo. */
const EXPORT_ANNOTATION = "networking.istio.io/exportTo";

function exportsOf(object: StoredObject): readonly string[] | undefined {
  if (isKind("ServiceEntry", object) || isKind("DestinationRule", object)) return object.spec.exportTo;
  return object.metadata.annotations[EXPORT_ANNOTATION]?.split(",").map((entry) => entry.trim());
}

function isVisible(object: StoredObject, namespace: string): boolean {
  return isSeenFrom(resolveExportTo(exportsOf(object), object.metadata.namespace), namespace);
}
