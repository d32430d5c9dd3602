import type { Clock } from "../../base/clock.ts";
import type { AddressChange } from "./address-change.ts";
import type { StoredEntry } from "./stored-entries.ts";

/** So often within `INSISTENCE_MS` a list is written for one version of a spec: enough to mend it, too seldom for a quarrel. */
export const MOST_WRITES = 3;
export const INSISTENCE_MS = 10 * 60_000;

/**
 * How often we write the addresses of an entry against others, who end with a status that is not what it should be: two who write against each
 * other never end. A list that another manager holds is taken over once for a version of the spec: who writes it again without need wants it
 * otherwise. One that is nobody's, as somebody took it out, is written a few times.
 */
export interface Insistence {
  allows(entry: StoredEntry, change: AddressChange): boolean;
  wrote(entry: StoredEntry, change: AddressChange): void;
  /** It is left as it is; true for the first time with this version of the spec. */
  leave(entry: StoredEntry): boolean;
  /** The entry of this key, `namespace/name`, is gone. */
  forget(key: string): void;
}

interface Course {
  readonly uid: string;
  readonly generation: number;
  /** When the first of `writes` was. */
  since: number;
  writes: number;
  tookOver: boolean;
  left: boolean;
}

export function createInsistence(clock: Clock): Insistence {
  const courses = new Map<string, Course>();
  const courseOf = ({ key, uid, generation }: StoredEntry): Course => {
    const known = courses.get(key);
    if (known?.uid === uid && known.generation === generation) return known;
    const course = { uid, generation, since: clock.now(), writes: 0, tookOver: false, left: false };
    courses.set(key, course);
    return course;
  };
  const isOver = ({ since }: Course): boolean => clock.now() - since >= INSISTENCE_MS;
  return {
    allows: (entry, { addresses, takesOver }) => {
      const course = courseOf(entry);
      if (takesOver && course.tookOver) return false;
      return addresses.length === 0 || course.writes < MOST_WRITES || isOver(course);
    },
    wrote: (entry, { addresses, takesOver }) => {
      const course = courseOf(entry);
      // Ours were taken away for a reason, such as a label: that is no quarrel.
      if (addresses.length === 0 || isOver(course)) Object.assign(course, { since: clock.now(), writes: 0 });
      if (addresses.length > 0) course.writes++;
      course.tookOver ||= takesOver;
    },
    leave: (entry) => {
      const course = courseOf(entry);
      const isFirst = !course.left;
      course.left = true;
      return isFirst;
    },
    forget: (key) => void courses.delete(key),
  };
}
