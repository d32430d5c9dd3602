import { isDeepStrictEqual } from "node:util";
import type { ObjectKey } from "../../api/object.ts";
import type { RawObserver } from "../../source/kubernetes/object-intake.ts";
import type { RawObject } from "../../source/kubernetes/raw-object.ts";
import { toldFinding } from "../../source/told-finding.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { addressOf } from "../object-address.ts";
import { isOlder } from "../version-order.ts";
import type { StoredCondition } from "./condition.ts";
import { CONDITION_TYPES } from "./conditions-of.ts";

/** What the API server holds of one object's status, as far as it is ours to write. */
export interface StoredStatus {
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly observedGeneration?: number | string;
  readonly conditions: readonly StoredCondition[];
  /** Why the object cannot be read; empty where it can. */
  readonly unreadable: readonly Finding[];
}

/** The statuses of all objects of our kinds, as last seen. A follower keeps them too, so that it knows what is right when it leads. */
export interface StoredStatuses extends RawObserver {
  get(key: ObjectKey): StoredStatus | undefined;
  keys(): Iterable<ObjectKey>;
  /** Takes what a write was answered with; what can be read of the object is as it was. */
  answered(key: ObjectKey, raw: RawObject): void;
  /** One listener, told of each object that came, went or changed in what is kept here. */
  onChange(listener: (key: ObjectKey) => void): void;
}

export function createStoredStatuses(): StoredStatuses {
  const statuses = new Map<ObjectKey, StoredStatus>();
  let tell = (_key: ObjectKey): void => undefined;
  const put = (key: ObjectKey, after: StoredStatus): void => {
    const before = statuses.get(key);
    if (before !== undefined && isOlder(after, before)) return;
    statuses.set(key, after);
    if (!sameStatus(before, after)) tell(key);
  };
  return {
    get: (key) => statuses.get(key),
    keys: () => statuses.keys(),
    onChange: (listener) => {
      tell = listener;
    },
    upsert: (key, raw, read) => {
      if (addressOf(key) === undefined) return;
      const told = read.ok ? [] : read.error.map((finding) => toldFinding(finding, raw));
      put(key, statusOf(raw, told));
    },
    answered: (key, raw) => {
      const before = statuses.get(key);
      if (before !== undefined) put(key, statusOf(raw, before.unreadable));
    },
    remove: (key) => {
      if (statuses.delete(key)) tell(key);
    },
  };
}

interface RawStatus {
  readonly observedGeneration?: number | string;
  readonly conditions?: readonly StoredCondition[];
}

function statusOf(raw: RawObject, unreadable: readonly Finding[]): StoredStatus {
  const { uid = "", generation = 0, resourceVersion = "" } = raw.metadata;
  const { observedGeneration, conditions } = (raw["status"] ?? {}) as RawStatus;
  // A status without a schema may hold anything.
  const ours = Array.isArray(conditions) ? conditions.filter((condition) => CONDITION_TYPES.includes(condition?.type)) : [];
  return {
    uid,
    generation,
    resourceVersion,
    conditions: ours,
    unreadable,
    ...(observedGeneration !== undefined && { observedGeneration }),
  };
}

function sameStatus(before: StoredStatus | undefined, after: StoredStatus): boolean {
  if (before === undefined) return false;
  const { resourceVersion: _before, ...one } = before;
  const { resourceVersion: _after, ...other } = after;
  return isDeepStrictEqual(one, other);
}
