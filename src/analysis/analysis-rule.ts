import type { Kind, StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { World } from "./world.ts";

/** One thing that is asked of an object in the light of all others. */
export interface AnalysisRule<K extends Kind = Kind> {
  /** Name of the rule, its file's name. */
  readonly id: string;
  readonly kinds: readonly K[];
  /** Called only with objects of `kinds`. */
  readonly check: (object: StoredObject<K>, world: World) => readonly Finding[];
}
