import type { SchemaJson } from "../../../src/api/dialect/node.ts";
import { isJsonObject } from "../../../src/api/json-kind.ts";

/** Path of a field below a kind: `VirtualService.http[].match[].headers{}.exact`. */
export type FieldPath = string;

/** Below a list stands `[]`, below a map `{}`. */
export const itemOf = (path: FieldPath): FieldPath => `${path}[]`;
export const mapValueOf = (path: FieldPath): FieldPath => `${path}{}`;
export const fieldOf = (path: FieldPath, name: string): FieldPath => `${path}.${name}`;

/** Every field that a schema has, whatever depth. */
export function fieldPaths(node: SchemaJson, path: FieldPath): readonly FieldPath[] {
  if (node.items) return fieldPaths(node.items, itemOf(path));
  if (node.additionalProperties) return fieldPaths(node.additionalProperties, mapValueOf(path));
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const at = fieldOf(path, name);
    return [at, ...fieldPaths(field, at)];
  });
}

/** Those of the fields that an object has. */
export function presentFields(node: SchemaJson, value: unknown, path: FieldPath): readonly FieldPath[] {
  const { items, additionalProperties, properties = {} } = node;
  if (items) return Array.isArray(value) ? value.flatMap((item: unknown) => presentFields(items, item, itemOf(path))) : [];
  if (!isJsonObject(value)) return [];
  if (additionalProperties) return Object.values(value).flatMap((item) => presentFields(additionalProperties, item, mapValueOf(path)));
  return Object.entries(value).flatMap(([name, field]) => {
    const at = fieldOf(path, name);
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return schema === undefined ? [] : [at, ...presentFields(schema, field, at)];
  });
}

/** Whether a path leads through another, or ends there. */
export function leadsThrough(path: FieldPath | undefined, through: FieldPath): boolean {
  return path !== undefined && (path === through || (path.startsWith(through) && ".[{".includes(path.charAt(through.length))));
}
