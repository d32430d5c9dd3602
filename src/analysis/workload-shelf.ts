import type { PodBody } from "../api/core/core.ts";
import type { PodTemplateBody } from "../api/core/pod-template.ts";
import { isKind, type Kind, keyOf, type ObjectKey, type PodTemplateKind, type StoredObject } from "../api/object.ts";
import { selects } from "../model/indexes/selected-by-label.ts";

type Labels = Readonly<Record<string, string>>;

export const TEMPLATE_KINDS: readonly PodTemplateKind[] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"];

/** Kinds that are workloads, or that make some. */
export const WORKLOAD_KINDS: readonly Kind[] = ["Pod", "WorkloadEntry", ...TEMPLATE_KINDS];

export type PodLike = StoredObject<"Pod"> | StoredObject<PodTemplateKind>;

export function isTemplate(object: StoredObject): object is StoredObject<PodTemplateKind> {
  return (TEMPLATE_KINDS as readonly Kind[]).includes(object.kind);
}

/** Pods that are there or will be made, with what is the same of both. */
export function podOf(object: PodLike): (PodBody | PodTemplateBody) & { readonly labels: Labels; readonly annotations: Labels } {
  const { labels, annotations } = object.metadata;
  return isTemplate(object)
    ? { ...object.spec, labels: object.spec.labels ?? {}, annotations: object.spec.annotations ?? {} }
    : { ...object.spec, labels, annotations };
}

/** Labels by which a workload is chosen; a Deployment stands for its pods. */
export function workloadLabels(object: StoredObject): Labels {
  if (isTemplate(object)) return object.spec.labels ?? {};
  return isKind("WorkloadEntry", object) ? { ...object.metadata.labels, ...object.spec.labels } : object.metadata.labels;
}

const placeOf = (label: string, namespace: string | undefined): string => `workloads ${namespace ?? "*"} ${label}`;

/** Where it makes a difference that a workload is there. */
export function workloadPlaces(object: StoredObject): readonly string[] {
  const labels = [ANY, ...Object.entries(workloadLabels(object)).map(pair)];
  return labels.flatMap((label) => [placeOf(label, object.metadata.namespace), placeOf(label, undefined)]);
}

/** Stands for «has any labels». */
const ANY = "";

const pair = ([name, value]: readonly [string, string]): string => `${name}=${value}`;

export interface WorkloadLimits {
  /** Of this namespace; absent: of any. */
  readonly namespace?: string;
  /** No more than so many. */
  readonly most: number;
}

/** Workloads by their labels. There are many, and many with one label: taking one in or out touches its own labels alone. */
export interface WorkloadShelf {
  put(object: StoredObject): void;
  remove(object: StoredObject): void;
  /** Those that a selector chooses; an empty one chooses all. Looks at those of the rarest label only. */
  chosen(selector: Labels, within: WorkloadLimits, asked: (place: string) => void): readonly StoredObject[];
}

type Places = Map<string, Map<ObjectKey, StoredObject>>;

export function createWorkloadShelf(): WorkloadShelf {
  const byLabel = new Map<string, Places>();
  const keys = (labels: Labels) => [ANY, ...Object.entries(labels).map(pair)];
  return {
    put: (object) => {
      for (const key of keys(workloadLabels(object))) add(byLabel, key, object);
    },
    remove: (object) => {
      for (const key of keys(workloadLabels(object))) drop(byLabel, key, object);
    },
    chosen: (selector, { namespace, most }, asked) => {
      const wanted = Object.entries(selector).map(pair);
      // Whoever is chosen has every label of the selector: one of them is as good as all.
      asked(placeOf(wanted[0] ?? ANY, namespace));
      const lists = (wanted.length === 0 ? [ANY] : wanted).map((key) => within(byLabel.get(key), namespace));
      const [rarest = []] = lists.toSorted((a, b) => sizeOf(a) - sizeOf(b));
      return firstOf(rarest, most, (object) => selects(selector, workloadLabels(object)));
    },
  };
}

function firstOf(lists: readonly ReadonlyMap<ObjectKey, StoredObject>[], most: number, fits: (object: StoredObject) => boolean) {
  const found: StoredObject[] = [];
  for (const list of lists) {
    for (const object of list.values()) {
      if (found.length >= most) return found;
      if (fits(object)) found.push(object);
    }
  }
  return found;
}

function within(places: Places | undefined, namespace: string | undefined): readonly ReadonlyMap<ObjectKey, StoredObject>[] {
  if (namespace === undefined) return [...(places?.values() ?? [])];
  const list = places?.get(namespace);
  return list === undefined ? [] : [list];
}

const sizeOf = (lists: readonly ReadonlyMap<ObjectKey, StoredObject>[]): number => lists.reduce((sum, { size }) => sum + size, 0);

function add(byLabel: Map<string, Places>, key: string, object: StoredObject): void {
  const places: Places = byLabel.get(key) ?? new Map();
  const list = places.get(object.metadata.namespace) ?? new Map<ObjectKey, StoredObject>();
  byLabel.set(key, places.set(object.metadata.namespace, list.set(keyOf(object), object)));
}

function drop(byLabel: Map<string, Places>, key: string, object: StoredObject): void {
  const places = byLabel.get(key);
  const list = places?.get(object.metadata.namespace);
  list?.delete(keyOf(object));
  if (list?.size === 0) places?.delete(object.metadata.namespace);
  if (places?.size === 0) byLabel.delete(key);
}
