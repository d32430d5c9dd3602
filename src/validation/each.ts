import { fieldPath } from "../api/field-path.ts";
import { unlessUnfit } from "../api/unfit.ts";
import type { Finding } from "../telemetry/finding.ts";
import { MOST_FINDINGS } from "./bounded.ts";

const NONE: readonly Finding[] = [];

/** Looks at one value at its path. */
export type Check<T> = (value: T, path: string) => readonly Finding[];

/**
 * Looks at every entry of a list that may be absent. Of an entry that breaks off who looks at it nothing is said, of the others all the same.
 * Once there are more errors than are told, the rest makes no difference.
 */
export function each<T>(list: readonly T[] | undefined, path: string, check: Check<T>): readonly Finding[] {
  if (list === undefined) return NONE;
  const look = untilManyErrors(check);
  return list.flatMap((item, index) => look(item, fieldPath(path, index)));
}

/** Looks at every value of a map that may be absent, as {@link each} does. */
export function eachValue<T>(map: Readonly<Record<string, T>> | undefined, path: string, check: Check<T>): readonly Finding[] {
  if (map === undefined) return NONE;
  const look = untilManyErrors(check);
  return Object.entries(map).flatMap(([key, value]) => look(value, fieldPath(path, key)));
}

function untilManyErrors<T>(check: Check<T>): Check<T> {
  let errors = 0;
  return (value, path) => {
    if (errors > MOST_FINDINGS) return [];
    const found = unlessUnfit(check, value, path);
    for (const { level } of found) if (level === "error") errors += 1;
    return found;
  };
}

/** Looks at a value unless it is absent. */
export function present<T>(value: T | undefined, path: string, check: Check<T>): readonly Finding[] {
  return value === undefined ? NONE : unlessUnfit(check, value, path);
}
