import { fieldPath } from "../../api/field-path.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";

/** The entries of a list that stand before already, each with its path. */
export function repeated(list: readonly string[], path: string): readonly { readonly value: string; readonly at: string }[] {
  const seen = new Set<string>();
  return list.flatMap((value, index) => {
    const again = seen.has(value);
    seen.add(value);
    return again ? [{ value, at: fieldPath(path, index) }] : [];
  });
}

export interface Named<T> {
  /** What the values are, in words: `port name`. */
  readonly what: string;
  /** Field inside each entry, for the path; empty for the entry itself. */
  readonly field: string;
  /** Its value; absent where this entry takes no part. */
  readonly of: (item: T) => string | number | undefined;
}

/** Every value of a list once; the second and later ones are found. */
export function checkUnique<T>(list: readonly T[] | undefined, path: string, { what, field, of }: Named<T>): readonly Finding[] {
  const seen = new Set<string | number>();
  return (list ?? []).flatMap((item, index) => {
    const value = of(item);
    const again = value !== undefined && seen.has(value);
    if (value !== undefined) seen.add(value);
    const at = fieldPath(path, index);
    return again ? [finding("twice", field === "" ? at : `${at}.${field}`, { what, value: JSON.stringify(value) })] : [];
  });
}
