const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Longest key that is repeated in a path. */
const MOST = 100;

/** Path of a field: `spec.http[2].match`, and `metadata.labels["app.kubernetes.io/name"]` for keys that are not plain words. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!PLAIN.test(key)) return `${parent}[${JSON.stringify(key.length > MOST ? `${key.slice(0, MOST)}…` : key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** Where a field stands, step by step; costs next to nothing on the way to fields of which there is nothing to tell. */
export type FieldTrail = string | { readonly parent: FieldTrail; readonly key: string | number };

/** The trail written out: `spec.http[2].match`. */
export function pathOfTrail(trail: FieldTrail): string {
  return typeof trail === "string" ? trail : fieldPath(pathOfTrail(trail.parent), trail.key);
}
