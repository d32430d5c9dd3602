import { fieldAt, isObject, type JsonObject } from "./json-object.ts";
import { identityIn } from "./list-identity.ts";
import type { Container } from "./pod.ts";

/** Fields where one choice excludes the others: half of ours under half of theirs would be refused by the API server. */
const WHOLE = new Set(["readinessProbe", "livenessProbe", "startupProbe", "preStop", "postStart"]);

/**
 * Fills a container that the user (or an earlier call) wrote with what the fragment has and it lacks. What is there wins,
 * so filling twice is filling once, and what other webhooks added stays.
 */
export function fillContainer(existing: Container, fragment: Container): Container {
  return fill(withoutPlaceholder(existing), fragment) as Container;
}

/** `image: auto` says: the injector knows. */
function withoutPlaceholder(container: Container): JsonObject {
  if (container.image !== "auto") return container;
  return Object.fromEntries(Object.entries(container).filter(([key]) => key !== "image"));
}

function fill(existing: JsonObject, fragment: JsonObject): JsonObject {
  const missing = Object.entries(fragment).filter(([key]) => absent(fieldAt(existing, key)));
  const kept = Object.entries(existing).filter(([key, value]) => !absent(value) || absent(fieldAt(fragment, key)));
  const merged = kept.map(([key, value]) => [key, fillField(key, value, fieldAt(fragment, key))]);
  return Object.fromEntries([...merged, ...missing]);
}

function fillField(key: string, existing: unknown, fragment: unknown): unknown {
  const identity = identityIn(key);
  if (identity !== undefined && Array.isArray(existing) && Array.isArray(fragment)) return union(existing, fragment, identity);
  if (isObject(existing) && isObject(fragment) && !WHOLE.has(key)) return fill(existing, fragment);
  return existing;
}

/** A member that is there already stays as it is. */
function union(existing: readonly unknown[], fragment: readonly unknown[], identity: (member: unknown) => unknown): readonly unknown[] {
  const taken = new Set(existing.map(identity));
  return [...existing, ...fragment.filter((item) => !taken.has(identity(item)))];
}

function absent(value: unknown): boolean {
  return value === undefined || value === null;
}
