import type { LiveWorld } from "../analysis/live-world.ts";
import type { ObjectKey } from "../api/object.ts";
import type { Delta, ObjectSource } from "../api/store.ts";
import type { Clock } from "../base/clock.ts";
import type { LiveObjects } from "../model/live-objects.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { keepStatuses } from "../status/conditions/status-writer.ts";
import { createStoredStatuses, type StoredStatus, type StoredStatuses } from "../status/conditions/stored-statuses.ts";
import type { Transition } from "../status/conditions/transitions.ts";
import { createEventRecorder, type EventRecorder } from "../status/events/event-recorder.ts";
import type { Leadership } from "../status/leadership.ts";
import type { ObjectAddress } from "../status/object-address.ts";
import { createPace } from "../status/pace.ts";
import { reportUnenforced } from "../status/unenforced/report-unenforced.ts";
import { watchUnenforced } from "../status/unenforced/watch-unenforced.ts";
import type { FollowedUninjected } from "../status/uninjected/follow-uninjected.ts";
import { reportUninjected } from "../status/uninjected/report-uninjected.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { judgeStored } from "./judges.ts";

/** What users are told of their objects in the cluster: conditions, Events, kinds without effect, pods without their sidecar. */
export interface ObjectStatuses {
  /** The same source, which tells us too. */
  telling<S extends ObjectSource>(source: S): S;
  /** Keeps what is stored; told by the source, from its first list on. */
  readonly observer: StoredStatuses;
  /** Told by the judged world. */
  touched(place: string): void;
  /** Begins, once the world is whole. */
  start(parts: StatusParts, signal: AbortSignal): void;
}

export interface StatusParts {
  readonly client: ApiClient;
  readonly leadership: Leadership;
  readonly objects: LiveObjects;
  readonly judged: LiveWorld;
  /** Name of this replica. */
  readonly identity: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createObjectStatuses(uninjected: FollowedUninjected): ObjectStatuses {
  const observer = createStoredStatuses();
  let touched = (_place: string): void => undefined;
  return {
    observer,
    telling: (source) => ({ ...source, start: startTelling(source, uninjected.apply) }),
    touched: (place) => touched(place),
    start: (parts, signal) => {
      const recorder = createEventRecorder(parts);
      touched = startStatuses(parts, { statuses: observer, recorder }, signal);
      startUnenforced(parts, recorder, signal);
      startUninjected(parts, { uninjected, recorder }, signal);
    },
  };
}

function startTelling(source: ObjectSource, tell: (delta: Delta) => void): ObjectSource["start"] {
  return (listener, signal) =>
    source.start((delta) => {
      listener(delta);
      tell(delta);
    }, signal);
}

interface Written {
  readonly statuses: StoredStatuses;
  readonly recorder: EventRecorder;
}

function startStatuses(parts: StatusParts, { statuses, recorder }: Written, signal: AbortSignal): (place: string) => void {
  const { metrics, objects, judged } = parts;
  const writes = metrics.counter("fairlead_status_writes_total", "Writes of objects' statuses, by what became of them.", ["result"]);
  const writer = keepStatuses(
    {
      ...parts,
      statuses,
      object: (key) => objects.get(...nameOf(key)),
      judge: (object, asked) => judgeStored(object, judged, asked),
      count: (result) => writes.inc({ result }),
      transition: tellTransitions(parts, recorder),
    },
    signal,
  );
  return writer.touched;
}

function nameOf(key: ObjectKey): Parameters<LiveObjects["get"]> {
  const [kind, namespace = "", name = ""] = key.split("/");
  return [kind as Parameters<LiveObjects["get"]>[0], namespace, name];
}

/** Events of a minute; beyond it the conditions alone tell, and a metric that they do. */
const EVENTS_A_MINUTE = 60;

function tellTransitions({ metrics, clock }: StatusParts, recorder: EventRecorder) {
  const dropped = metrics.counter("fairlead_events_dropped_total", "Events that were not written because there were too many.");
  const pace = createPace({ clock, perSecond: EVENTS_A_MINUTE / 60, burst: EVENTS_A_MINUTE });
  return ({ apiVersion, kind, namespace, name }: ObjectAddress, { uid }: StoredStatus, transition: Transition): void => {
    if (pace.tryTurn()) void recorder.record({ about: { apiVersion, kind, namespace, name, uid }, action: "Judging", ...transition });
    else dropped.inc();
  };
}

function startUnenforced(parts: StatusParts, { recordOnce }: EventRecorder, signal: AbortSignal): void {
  const help = "Objects of kinds that Istio enforces and fairlead does not: they have no effect.";
  const gauge = parts.metrics.gauge("fairlead_unenforced_objects", help, ["group", "kind"]);
  const changed = reportUnenforced({ ...parts, recordOnce, gauge: ({ group, kind }, count) => gauge.set({ group, kind }, count) }, signal);
  void watchUnenforced({ ...parts, changed }, signal);
}

interface Uninjected {
  readonly uninjected: FollowedUninjected;
  readonly recorder: EventRecorder;
}

function startUninjected(parts: StatusParts, { uninjected, recorder: { recordOnce } }: Uninjected, signal: AbortSignal): void {
  const help = "Pods without the sidecar that they should have: no rule holds for their calls. Recreate them.";
  const gauge = parts.metrics.gauge("fairlead_uninjected_pods", help, ["namespace"]);
  const count = (namespace: string, pods: number): void => gauge.set({ namespace }, pods);
  uninjected.onChange(reportUninjected({ ...parts, recordOnce, gauge: count }, signal));
}
