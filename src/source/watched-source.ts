import type { ObjectSource } from "../api/store.ts";
import type { SourceProblem } from "./source-problem.ts";

/** A source that also says what it could not take in. */
export interface WatchedSource extends ObjectSource {
  /** The problems that stand at this moment, oldest first. */
  problems(): readonly SourceProblem[];
}
