import type { SchemaJson } from "../../../../src/api/dialect/node.ts";
import { fieldPath } from "../../../../src/api/field-path.ts";
import { isJsonObject } from "../../../../src/api/json-kind.ts";

/** A field without fields of its own: `[]` stands for the entries of a list, `{}` for those of a map. */
export interface Leaf {
  readonly path: string;
  readonly node: SchemaJson;
}

export function leaves(node: SchemaJson, path = ""): readonly Leaf[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([name, field]) => leaves(field, path === "" ? name : `${path}.${name}`));
  }
  if (node.items) return leaves(node.items, `${path}[]`);
  return node.additionalProperties ? leaves(node.additionalProperties, `${path}{}`) : [{ path, node }];
}

const steps = (path: string): readonly string[] => path.split(/\.|(?=\[\])|(?=\{\})/);

/** A body with a value at a path: in the first entry of each list, and under the first name of each map, `key` where there is none. */
export function withValue(body: unknown, path: string, value: unknown): unknown {
  return changed(body, steps(path), (inner) => {
    const [holder, name] = inner;
    return Array.isArray(holder) ? [value, ...holder.slice(1)] : { ...holder, [name]: value };
  });
}

/** The same body without the field; what holds it stays, empty where it was the only one. */
export function withoutValue(body: unknown, path: string): unknown {
  return changed(body, steps(path), ([holder, name]) => {
    if (Array.isArray(holder)) return holder.slice(1);
    return Object.fromEntries(Object.entries(holder).filter(([key]) => key !== name));
  });
}

type Holder = readonly [holder: readonly unknown[] | Readonly<Record<string, unknown>>, name: string];

function changed(body: unknown, [step = "", ...rest]: readonly string[], change: (at: Holder) => unknown): unknown {
  if (step === "[]") {
    const list: readonly unknown[] = Array.isArray(body) ? body : [];
    return rest.length === 0 ? change([list, "0"]) : [changed(list[0], rest, change), ...list.slice(1)];
  }
  const map = isJsonObject(body) ? body : {};
  const name = step === "{}" ? (Object.keys(map)[0] ?? "key") : step;
  return rest.length === 0 ? change([map, name]) : { ...map, [name]: changed(map[name], rest, change) };
}

/** The path as findings write it, of the entry that `withValue` writes. */
export function pathIn(body: unknown, path: string, prefix: string): string {
  const walked = steps(path).reduce<{ readonly at: string; readonly inner: unknown }>(
    ({ at, inner }, step) => {
      const key = step === "[]" ? 0 : step === "{}" ? (Object.keys(isJsonObject(inner) ? inner : {})[0] ?? "key") : step;
      const next = Array.isArray(inner) ? inner[0] : isJsonObject(inner) ? inner[key] : undefined;
      return { at: fieldPath(at, key), inner: next };
    },
    { at: prefix, inner: body },
  );
  return walked.at;
}
