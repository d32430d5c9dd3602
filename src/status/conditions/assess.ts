import type { ObjectKey, StoredObject } from "../../api/object.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Condition } from "./condition.ts";
import { conditionsOf } from "./conditions-of.ts";
import { createDependents, type Dependents } from "./dependents.ts";
import type { StoredStatus, StoredStatuses } from "./stored-statuses.ts";

/** What the status of one generation of an object should say. */
export interface Assessment {
  readonly generation: number;
  readonly conditions: readonly Condition[];
}

export interface AssessorParts {
  readonly statuses: StoredStatuses;
  /** The object as it was read last. */
  readonly object: (key: ObjectKey) => StoredObject | undefined;
  /** Findings of an object among all others; `asked` is told every place that they depend on. */
  readonly judge: (object: StoredObject, asked: (place: string) => void) => readonly Finding[];
}

export interface Assessor {
  /** Absent for an object that is gone, or whose newest version is not taken in yet. */
  assess(key: ObjectKey): Assessment | undefined;
  /** Objects whose assessment may be another, now that this place has changed. */
  dependents: Dependents<ObjectKey>["of"];
}

/** Judges objects by the live world, and remembers where the answers came from. */
export function createAssessor({ statuses, object, judge }: AssessorParts): Assessor {
  const dependents = createDependents<ObjectKey>();
  const judged = (key: ObjectKey, found: StoredObject): readonly Finding[] => {
    const places = new Set<string>();
    const findings = judge(found, (place) => places.add(place));
    dependents.set(key, places);
    return findings;
  };
  return {
    dependents: dependents.of,
    assess: (key) => {
      const stored = statuses.get(key);
      const found = object(key);
      if (stored === undefined) {
        dependents.forget(key);
        return undefined;
      }
      const { generation, unreadable } = stored;
      if (unreadable.length > 0) return { generation, conditions: conditionsOf(unreadable) };
      if (found === undefined || found.metadata.generation !== generation) return undefined;
      return { generation, conditions: conditionsOf(judged(key, found)) };
    },
  };
}

/** Whether the API server already holds just this, so that nothing is to be written. */
export function isWritten({ generation, conditions }: Assessment, stored: StoredStatus): boolean {
  const current = (observed: number | string | undefined): boolean => String(observed) === String(generation);
  return (
    current(stored.observedGeneration) &&
    stored.conditions.length === conditions.length &&
    conditions.every((wanted) => {
      const held = stored.conditions.find(({ type }) => type === wanted.type);
      return held !== undefined && current(held.observedGeneration) && sameCondition(wanted, held);
    })
  );
}

function sameCondition(one: Condition, other: Condition): boolean {
  return one.status === other.status && one.reason === other.reason && one.message === other.message;
}
