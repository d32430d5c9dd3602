/** A body in which the fields below a path have something to change, and values for them where the schema does not suggest any. */
export interface Scene {
  /** The path; the longest one that leads to a field is taken. */
  readonly under: string;
  readonly spec: object;
  /** Another body, which means what a value means that is not built. */
  readonly asUnbuilt?: object;
  /** By the end of a path; the longest one counts. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
}

export type Values = NonNullable<Scene["values"]>;
