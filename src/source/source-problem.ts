import type { ObjectKey } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";

/** Something a user wrote that could not be taken in. What was in force before it stays in force. */
export interface SourceProblem {
  /** Stable name of the place that is wrong: one problem a place, and it is cleared under the same name. */
  readonly id: string;
  /** The object it is about, where that much could be read. */
  readonly object?: ObjectKey;
  /** `orders.yaml:12`, or the API path it came from. */
  readonly origin?: string;
  readonly findings: readonly Finding[];
}

/** Told of each new or changed problem, and with `cleared` of each that is gone. */
export type ProblemEvent =
  | { readonly type: "problem"; readonly problem: SourceProblem }
  | { readonly type: "cleared"; readonly problem: SourceProblem };

export type Report = (event: ProblemEvent) => void;
