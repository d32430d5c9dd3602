import type { SchemaJson } from "../../../src/api/dialect/node.ts";

export type Step = string | 0;

export interface Field {
  readonly steps: readonly Step[];
  readonly schema: SchemaJson;
}

/** The fields of a schema that are `wanted`, by the way that leads to them, and none below one; of each list the first entry. */
export function fieldsOf(schema: SchemaJson, wanted: (field: SchemaJson) => boolean, steps: readonly Step[] = []): readonly Field[] {
  if (wanted(schema)) return [{ steps, schema }];
  const inner = schema.items ? fieldsOf(schema.items, wanted, [...steps, 0]) : [];
  return [...inner, ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => fieldsOf(field, wanted, [...steps, name]))];
}

/** The least value that fits a schema. */
export function least(schema: SchemaJson): unknown {
  if (schema.type === "array") return schema.minItems && schema.items ? [least(schema.items)] : [];
  if (schema.type === "object") {
    return Object.fromEntries((schema.required ?? []).map((name) => [name, least(schema.properties?.[name] ?? {})]));
  }
  if (schema["x-fairlead-duration"]) return "1s";
  return schema.type === "string" ? (schema.enum?.[0] ?? "a") : (schema.minimum ?? 1);
}

/** The least value that has `value` at the end of the way. */
export function holding(schema: SchemaJson, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const field = (step === 0 ? schema.items : schema.properties?.[step]) ?? {};
  const inner = holding(field, rest, value);
  return step === 0 ? [inner] : { ...(least(schema) as object), [step]: inner };
}

export const pathOf = (steps: readonly Step[]): string => steps.map((step) => (step === 0 ? "[0]" : `.${step}`)).join("");
