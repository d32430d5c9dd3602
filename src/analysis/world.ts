import { isKind, type Kind, type StoredObject } from "../api/object.ts";
import { isSeenFrom, resolveExportTo } from "../model/export-to.ts";
import { fullHost, hostAndWildcards, serviceHost } from "../model/short-host.ts";

/** A service as one object declares it. */
export interface DeclaredService {
  readonly host: string;
  readonly ports: readonly number[];
  readonly by: StoredObject;
}

/** All objects that are judged together, found by what rules ask for. */
export interface World {
  all<K extends Kind>(kind: K): readonly StoredObject<K>[];
  find<K extends Kind>(kind: K, namespace: string, name: string): StoredObject<K> | undefined;
  /** Services that are seen from `namespace` under a host, by its name or a wildcard above it. */
  services(host: string, namespace: string): readonly DeclaredService[];
  /** DestinationRules for a host that are seen from `namespace`. */
  destinationRules(host: string, namespace: string): readonly StoredObject<"DestinationRule">[];
}

function declared(object: StoredObject): readonly DeclaredService[] {
  if (isKind("Service", object)) {
    const host = serviceHost(object.metadata.name, object.metadata.namespace);
    return [{ host, ports: (object.spec.ports ?? []).map(({ port }) => port), by: object }];
  }
  if (!isKind("ServiceEntry", object)) return [];
  const ports = (object.spec.ports ?? []).map(({ number }) => number);
  return object.spec.hosts.map((host) => ({ host: host.toLowerCase(), ports, by: object }));
}

/** Annotation with which a Service says who sees it, as ServiceEntry's exportTo. */
const EXPORT_ANNOTATION = "networking.istio.io/exportTo";

function exportsOf(object: StoredObject): readonly string[] | undefined {
  if (isKind("ServiceEntry", object) || isKind("DestinationRule", object) || isKind("VirtualService", object)) return object.spec.exportTo;
  return object.metadata.annotations[EXPORT_ANNOTATION]?.split(",").map((entry) => entry.trim());
}

function isVisible(object: StoredObject, namespace: string): boolean {
  return isSeenFrom(resolveExportTo(exportsOf(object), object.metadata.namespace), namespace);
}

/** Where an object is found by its kind, namespace and name. */
function place(kind: Kind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** Arranges objects for the rules. */
export function createWorld(objects: Iterable<StoredObject>): World {
  const list = [...objects];
  const byKind = Map.groupBy(list, ({ kind }) => kind);
  const byPlace = new Map(list.map((object) => [place(object.kind, object.metadata.namespace, object.metadata.name), object]));
  const byHost = Map.groupBy(list.flatMap(declared), ({ host }) => host);
  const all = <K extends Kind>(kind: K) => (byKind.get(kind) ?? []) as readonly StoredObject[] as readonly StoredObject<K>[];
  const rules = Map.groupBy(all("DestinationRule"), ({ spec, metadata }) => fullHost(spec.host, metadata.namespace));
  return {
    all,
    find: <K extends Kind>(kind: K, namespace: string, name: string) =>
      byPlace.get(place(kind, namespace, name)) as StoredObject<K> | undefined,
    services: (host, namespace) =>
      hostAndWildcards(host)
        .flatMap((key) => byHost.get(key) ?? [])
        .filter(({ by }) => isVisible(by, namespace)),
    destinationRules: (host, namespace) =>
      hostAndWildcards(host)
        .flatMap((key) => rules.get(key) ?? [])
        .filter((rule) => isVisible(rule, namespace)),
  };
}
