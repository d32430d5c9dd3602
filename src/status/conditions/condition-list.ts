import type { Assessment } from "./assess.ts";
import type { StoredStatus } from "./stored-statuses.ts";

/** Under which name the API server keeps which fields are ours. */
export const STATUS_MANAGER = "fairlead-status";

export interface StatusChange {
  readonly stored: StoredStatus;
  readonly wanted: Assessment;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Our part of a status as it is to be written. A condition that stays what it was keeps the time at which it became that. */
export function conditionList({ stored, wanted, now }: StatusChange): object {
  const conditions = wanted.conditions.map((condition) => {
    const held = stored.conditions.find(({ type }) => type === condition.type);
    const since = held?.status === condition.status ? held.lastTransitionTime : undefined;
    return { ...condition, observedGeneration: wanted.generation, lastTransitionTime: since ?? rfc3339(now) };
  });
  return { conditions, observedGeneration: wanted.generation };
}

/** Kubernetes' times have whole seconds. */
function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -5)}Z`;
}
