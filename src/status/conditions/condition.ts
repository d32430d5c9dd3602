/** One thing that is known about an object. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** Why, in one word that programs can tell apart. */
  readonly reason: string;
  /** Why, in words for people. */
  readonly message: string;
}

/** A condition as the API server keeps it. */
export interface StoredCondition extends Condition {
  /** Time at which `status` last changed, RFC 3339. */
  readonly lastTransitionTime?: string;
  /** Generation of the object that it is about; Istio writes a text. */
  readonly observedGeneration?: number | string;
}
