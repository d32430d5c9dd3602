import type { Kind, StoredObject } from "../api/object.ts";
import type { Finding, Level } from "../telemetry/finding.ts";
import type { World } from "./world.ts";

/** One thing that is asked of an object in the light of all others. */
export interface AnalysisRule<K extends Kind = Kind> {
  /** Name of the rule: the path of its file below `src/analysis`, without `.ts`. */
  readonly id: string;
  readonly kinds: readonly K[];
  /** The highest level of what it finds. An error is a contradiction that is certain; all else may be put right by what comes later. */
  readonly level: Level;
  /** Kinds that must be known: where none of one is, the rule is not asked, for what is missing may be elsewhere. */
  readonly needs: readonly Kind[];
  /** Called only with objects of `kinds`. */
  readonly check: (object: StoredObject<K>, world: World) => readonly Finding[];
}
