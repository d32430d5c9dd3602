import { fieldAt, isObject, type JsonObject } from "./json-object.ts";
import { identityIn } from "./list-identity.ts";
import type { Container } from "./pod.ts";

/** Fields that say what is done, and how often or how long. */
const ACTIONS = new Set(["readinessProbe", "livenessProbe", "startupProbe", "preStop", "postStart"]);
/** What is done there: one of these excludes the others, and the API server refuses two. */
const HANDLERS: readonly string[] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

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
  if (!isObject(existing) || !isObject(fragment)) return existing;
  return fill(existing, ACTIONS.has(key) ? withoutOtherHandlers(existing, fragment) : fragment);
}

/** A probe that says only how often is asked as ours is; of one that has a handler, ours fills in the same one, never a second. */
function withoutOtherHandlers(existing: JsonObject, fragment: JsonObject): JsonObject {
  const [own] = HANDLERS.filter((handler) => !absent(fieldAt(existing, handler)));
  if (own === undefined) return fragment;
  return Object.fromEntries(Object.entries(fragment).filter(([key]) => key === own || !HANDLERS.includes(key)));
}

/** A member that is there already stays as it is. */
function union(existing: readonly unknown[], fragment: readonly unknown[], identity: (member: unknown) => unknown): readonly unknown[] {
  const taken = new Set(existing.map(identity));
  return [...existing, ...fragment.filter((item) => !taken.has(identity(item)))];
}

function absent(value: unknown): boolean {
  return value === undefined || value === null;
}
