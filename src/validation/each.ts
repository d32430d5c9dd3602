import { fieldPath } from "../api/field-path.ts";
import { unlessUnfit } from "../api/unfit.ts";
import type { Finding } from "../telemetry/finding.ts";

/** Looks at one value at its path. */
export type Check<T> = (value: T, path: string) => readonly Finding[];

/** Looks at every entry of a list that may be absent. Of an entry that breaks off who looks at it nothing is said, of the others all the same. */
export function each<T>(list: readonly T[] | undefined, path: string, check: Check<T>): readonly Finding[] {
  return (list ?? []).flatMap((item, index) => unlessUnfit(() => check(item, fieldPath(path, index))));
}

/** Looks at every value of a map that may be absent. */
export function eachValue<T>(map: Readonly<Record<string, T>> | undefined, path: string, check: Check<T>): readonly Finding[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => unlessUnfit(() => check(value, fieldPath(path, key))));
}

/** Looks at a value unless it is absent. */
export function present<T>(value: T | undefined, path: string, check: Check<T>): readonly Finding[] {
  return value === undefined ? [] : unlessUnfit(() => check(value, path));
}
