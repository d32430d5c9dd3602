const FORBIDDEN = "__proto__";

/**
 * Path of a field named `__proto__`, anywhere in a value; absent where there is none. JSON may have one, and whoever later copies the
 * pod field by field, ourselves or another webhook, could take it for what all objects inherit.
 */
export function forbiddenKey(value: unknown): string | undefined {
  const left: Place[] = [{ path: "", value }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (!isContainer(place.value)) continue;
    if (Object.hasOwn(place.value, FORBIDDEN)) return joined(place, FORBIDDEN);
    for (const [key, inner] of Object.entries(place.value)) {
      // Most of a pod is text: only what may hold a field is worth a path.
      if (isContainer(inner)) left.push({ path: joined(place, key), value: inner });
    }
  }
  return undefined;
}

interface Place {
  readonly path: string;
  readonly value: unknown;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function joined({ path, value }: Place, key: string): string {
  if (Array.isArray(value)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
