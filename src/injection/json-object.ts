/** A JSON object whose fields were not checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object in a field; an empty one where the field is absent, null or something else. Inherited names are not fields. */
export function objectAt(value: unknown, field: string): JsonObject {
  const found = fieldAt(value, field);
  return isObject(found) ? found : {};
}

export function listAt(value: unknown, field: string): readonly unknown[] {
  const found = fieldAt(value, field);
  return Array.isArray(found) ? found : [];
}

export function textAt(value: unknown, field: string): string | undefined {
  const found = fieldAt(value, field);
  return typeof found === "string" ? found : undefined;
}

/** A field of its own, or undefined: `constructor` of an empty object is absent. */
export function fieldAt(value: unknown, field: string): unknown {
  return isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
}
