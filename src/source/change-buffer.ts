import type { ObjectKey, StoredObject } from "../api/object.ts";
import type { Change, Delta } from "../api/store.ts";

/** Gathers changes of one object each into a Delta that is taken in together. */
export interface ChangeBuffer {
  /** Notes that `key` went from `before` to `after`; several notes of one key become one change. */
  note(key: ObjectKey, before: StoredObject | undefined, after: StoredObject | undefined): void;
  /** What was noted since the last call; changes that cancelled each other out are absent. */
  take(): Delta;
}

export function createChangeBuffer(): ChangeBuffer {
  let pending = new Map<ObjectKey, Change>();
  return {
    note: (key, before, after) => {
      const first = pending.get(key);
      const origin = first === undefined ? before : first.before;
      if (origin === after) pending.delete(key);
      else pending.set(key, { ...(origin && { before: origin }), ...(after && { after }) });
    },
    take: () => {
      const taken = pending;
      pending = new Map();
      return taken;
    },
  };
}
