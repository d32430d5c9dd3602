/** How sure we are, and what follows: an error refuses, a warning is told and stored, info is told on request. */
export type Level = "error" | "warning" | "info";

/** One step of a JSON Patch (RFC 6902) on the whole object; `path` is a JSON Pointer (RFC 6901). */
export type FixOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/**
 * One thing that is wrong or doubtful in what a user wrote.
 * `path` is the field, as `spec.http[2].route[0].weight`; `message` says what is wrong and what to write instead.
 */
export interface Finding {
  /** Code of the message in the catalogue, `FL0101`. */
  readonly code: string;
  readonly level: Level;
  readonly path: string;
  readonly message: string;
  /** Line in the file it was read from, counted from 1; absent where there is no file. */
  readonly line?: number;
  /** Column on that line, counted from 1. */
  readonly column?: number;
  /** What would put it right, where that can be known; applied, the object no longer has this finding. */
  readonly fix?: readonly FixOperation[];
}
