import type { Kind, StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";

/** One thing that is asked of one object, beyond its schema. Looks at nothing but the object. */
export interface Rule<K extends Kind = Kind> {
  /** Name of the rule: the path of its file below `src/validation`, without `.ts`. */
  readonly id: string;
  readonly kinds: readonly K[];
  /** Not asked where such a field is unknown, and so dropped: what it would say may be true of what is left alone. */
  readonly misledBy?: (path: string) => boolean;
  /** Called only with objects of `kinds`. */
  readonly check: (object: StoredObject<K>) => readonly Finding[];
}
