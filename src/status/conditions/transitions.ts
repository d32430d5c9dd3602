import type { Assessment } from "./assess.ts";
import type { Condition } from "./condition.ts";
import type { StoredStatus } from "./stored-statuses.ts";

/** A condition that became another, worth telling who looks after the object. */
export interface Transition {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly note: string;
}

/** Conditions that Events tell, and the reason of the Event when one turns True again. */
const TOLD: Readonly<Record<string, string>> = { Accepted: "Accepted", ReferencesResolved: "ReferencesResolved" };

/** What a write changes for who looks after the object: it became bad, or good again. That it was good from the start is no news. */
export function transitionsOf(before: StoredStatus, { conditions }: Assessment): readonly Transition[] {
  return conditions.flatMap((now) => {
    const good = TOLD[now.type];
    const was = before.conditions.find(({ type }) => type === now.type);
    return good === undefined || was?.status === now.status ? [] : transition(was, now, good);
  });
}

function transition(was: Condition | undefined, now: Condition, good: string): readonly Transition[] {
  if (now.status === "False") return [{ type: "Warning", reason: now.reason, note: now.message }];
  if (now.status === "True" && was?.status === "False") return [{ type: "Normal", reason: good, note: now.message }];
  return [];
}
