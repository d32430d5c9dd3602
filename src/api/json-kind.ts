/** A JSON object: neither null nor a list. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own value of a field; what an object inherits (`constructor`, `__proto__`) does not count. */
export function ownField(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What a value is, in words of users. */
export function jsonKind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value === undefined) return "nothing";
  const words: Readonly<Record<string, string>> = { object: "an object", string: "text", number: "a number", boolean: "true or false" };
  return words[typeof value] ?? typeof value;
}
