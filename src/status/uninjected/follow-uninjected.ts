import { decisionAbout, type InjectorSettings } from "../../analysis/injection-of.ts";
import { runsWithoutSidecar } from "../../analysis/workload/pod-sidecar.ts";
import { isKind, type StoredObject } from "../../api/object.ts";
import type { Delta } from "../../api/store.ts";
import type { Clock } from "../../base/clock.ts";
import { createTurns } from "../../base/turns.ts";
import type { Log } from "../../source/log.ts";
import type { EventSubject } from "../events/happening.ts";

/** A pod that runs without the sidecar it should have. */
export interface UninjectedPod extends EventSubject {
  /** Which label or field asks for the sidecar. */
  readonly why: string;
}

/** Pods of one namespace, by `namespace/name`. */
export type UninjectedPods = ReadonlyMap<string, UninjectedPod>;

export interface FollowUninjectedOptions {
  /** What the injector decides by. */
  readonly settings: () => InjectorSettings;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pods that were made before their labels asked for a sidecar, or that slipped through while the injector was away. */
export interface FollowedUninjected {
  apply(delta: Delta): void;
  /** Told of the pods of each namespace that has some, at once and whenever they have become others. */
  onChange(listener: (namespace: string, pods: UninjectedPods) => void): void;
}

/** Nothing synchronous in the controller may take 10 ms; half of that is for one slice of pods. */
const SLICE_MS = 5;

interface Place {
  readonly pods: Map<string, StoredObject<"Pod">>;
  readonly found: Map<string, UninjectedPod>;
  labels: Readonly<Record<string, string>> | undefined;
}

/** Asks, of every pod that comes or whose namespace changes, what the injector would say of it now. */
export function followUninjected({ settings, clock, log }: FollowUninjectedOptions): FollowedUninjected {
  const failed = (error: unknown): void => log.error({ err: error }, "it could not be found out whether a pod lacks its sidecar");
  const turns = createTurns({ clock, sliceMs: SLICE_MS, failed });
  const places = new Map<string, Place>();
  let changed = (_namespace: string, _pods: UninjectedPods): void => undefined;
  const tell = (namespace: string): void => changed(namespace, new Map(placeOf(places, namespace).found));
  const look = (namespace: string, name: string): boolean => lookAt(placeOf(places, namespace), `${namespace}/${name}`, settings());
  const lookLater = (namespace: string, names: Iterable<string>): void => {
    let any = false;
    for (const name of names) {
      turns.take(() => {
        any = look(namespace, name) || any;
      });
    }
    turns.take(() => {
      if (any) tell(namespace);
    });
  };
  return {
    apply: (delta) => {
      for (const [namespace, names] of takeIn(places, delta)) lookLater(namespace, names);
    },
    onChange: (listener) => {
      changed = listener;
      for (const [namespace, { found }] of places) if (found.size > 0) tell(namespace);
    },
  };
}

function placeOf(places: Map<string, Place>, namespace: string): Place {
  const known = places.get(namespace);
  if (known !== undefined) return known;
  const made: Place = { pods: new Map(), found: new Map(), labels: undefined };
  places.set(namespace, made);
  return made;
}

/** Names of the pods that are to be looked at, by namespace. */
function takeIn(places: Map<string, Place>, delta: Delta): ReadonlyMap<string, ReadonlySet<string>> {
  const due = new Map<string, Set<string>>();
  const mark = (namespace: string, names: Iterable<string>): void => {
    const marked = due.get(namespace) ?? new Set();
    for (const name of names) marked.add(name);
    due.set(namespace, marked);
  };
  for (const { before, after } of delta.values()) {
    const object = after ?? before;
    if (object === undefined) continue;
    const { namespace, name } = object.metadata;
    if (isKind("Pod", object)) {
      const { pods } = placeOf(places, namespace);
      if (after === undefined) pods.delete(name);
      else pods.set(name, object);
      mark(namespace, [name]);
    }
    if (isKind("Namespace", object)) {
      const place = placeOf(places, name);
      place.labels = after?.metadata.labels;
      mark(name, place.pods.keys());
    }
  }
  return due;
}

/** Whether what is told of the pod has changed. */
function lookAt({ pods, found, labels }: Place, key: string, settings: InjectorSettings): boolean {
  const pod = pods.get(key.slice(key.indexOf("/") + 1));
  const why = pod && labels && whyMissed(pod, labels, settings);
  if (pod === undefined || why === undefined) return found.delete(key);
  const { namespace, name, uid = "" } = pod.metadata;
  const before = found.get(key);
  if (before?.uid === uid && before.why === why) return false;
  found.set(key, { apiVersion: "v1", kind: "Pod", namespace, name, uid, why });
  return true;
}

function whyMissed(
  pod: StoredObject<"Pod">,
  namespaceLabels: Readonly<Record<string, string>>,
  settings: InjectorSettings,
): string | undefined {
  if (!runsWithoutSidecar(pod)) return undefined;
  const { inject, reason } = decisionAbout(pod, namespaceLabels, settings);
  return inject ? reason : undefined;
}
