import type { Refusal } from "./refusal.ts";

const FORBIDDEN = "__proto__";
/** Deeper than any pod; what later walks through it, ours or another webhook's, may not bear more. */
const MOST_DEPTH = 400;

/**
 * A field that no pod may have, anywhere in a value: one named `__proto__`, which JSON may have and whoever copies field by field could
 * take for what all objects inherit, or one that nests too deeply.
 */
export function unbearableField(value: unknown): Refusal | undefined {
  const left: Place[] = [{ path: "", depth: 0, value }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (!isContainer(place.value)) continue;
    if (place.depth > MOST_DEPTH) return { path: firstFields(place.path), message: `nests deeper than ${MOST_DEPTH} levels; remove it` };
    if (Object.hasOwn(place.value, FORBIDDEN))
      return { path: joined(place, FORBIDDEN), message: "is not a field that a pod may have; remove it" };
    for (const [key, inner] of Object.entries(place.value)) {
      // Most of a pod is text: only what may hold a field is worth a path.
      if (isContainer(inner)) left.push({ path: joined(place, key), depth: place.depth + 1, value: inner });
    }
  }
  return undefined;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly value: unknown;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function joined({ path, value }: Place, key: string): string {
  if (Array.isArray(value)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Of so long a path, where it begins. */
function firstFields(path: string): string {
  return path.split(".").slice(0, 3).join(".").slice(0, 100);
}
