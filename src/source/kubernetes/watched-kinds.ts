import { KINDS, type ObjectKind, OWN_KINDS } from "../../api/kinds.ts";
import type { Collection } from "./reflector.ts";

export type KindCollection = Collection & { readonly kind: ObjectKind };

const CORE: readonly ObjectKind[] = ["Service", "EndpointSlice", "Pod", "Namespace"];

/** What the injection of pods looks at, and nothing else. */
const INJECTED_BY: readonly ObjectKind[] = ["LimitRange", "ResourceQuota"];

/** Every kind that is watched in all namespaces, in its stored version. The mesh's ConfigMap is watched beside them, by its name. */
export function watchedCollections(): readonly KindCollection[] {
  return [...meshCollections(), ...INJECTED_BY.map(collectionOf)];
}

/** Those of them that the configuration of sidecars is made of. */
export function meshCollections(): readonly KindCollection[] {
  return [...(Object.keys(OWN_KINDS) as ObjectKind[]), ...CORE].map(collectionOf);
}

/** Kinds that only analysis looks at; what Deployments and CronJobs make themselves is left out. */
const ANALYSED: readonly ObjectKind[] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "MutatingWebhookConfiguration", "Secret"];

/** What a command that looks at a whole cluster reads beside that, as far as its user may; of ConfigMaps those of the mesh's namespace. */
export function analysedCollections(namespace: string): readonly KindCollection[] {
  const settings = { path: `/api/v1/namespaces/${namespace}/configmaps`, apiVersion: "v1", kind: "ConfigMap" } as const;
  return [...ANALYSED.map(collectionOf), settings];
}

function collectionOf(kind: ObjectKind): KindCollection {
  const { group, versions, plural } = KINDS[kind];
  const version = versions[0] ?? "v1";
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return { path: `${group === "" ? "/api" : "/apis"}/${apiVersion}/${plural}`, apiVersion, kind };
}
