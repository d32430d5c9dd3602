/** An object of the API server that an Event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Something that who looks after an object should see in `kubectl describe`. */
export interface Happening {
  readonly about: EventSubject;
  readonly type: "Normal" | "Warning";
  /** Why, in one word. */
  readonly reason: string;
  /** What was being done when it was seen. */
  readonly action: string;
  readonly note: string;
}
