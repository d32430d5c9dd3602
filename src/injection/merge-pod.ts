import { isDeepStrictEqual } from "node:util";
import { ADDED_CONTAINERS, PROXY_CONTAINER } from "../base/proxy-containers.ts";
import { fieldAt, isObject, type JsonObject, listAt, objectAt } from "./json-object.ts";
import { fillContainer } from "./merge-container.ts";
import type { Container, Named, Pod } from "./pod.ts";
import type { PlacedContainer, PodFragment } from "./pod-fragment.ts";
import { DERIVED_ENV } from "./proxy-env.ts";

interface Lists {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

/** The pod with the fragment merged in by name. What the pod has already stays, others' containers in their place, ours where they belong. */
export function mergePod(pod: Pod, fragment: PodFragment): JsonObject {
  const lists = positioned(fragment.placed.reduce<Lists>(place, pod), fragment.placed);
  const metadata = objectAt(pod.raw, "metadata");
  return {
    ...pod.raw,
    metadata: {
      ...metadata,
      labels: { ...fragment.labels, ...objectAt(metadata, "labels"), ...fragment.ownLabels },
      annotations: { ...fragment.annotations, ...kept(objectAt(metadata, "annotations"), fragment.dropped), ...fragment.ownAnnotations },
    },
    spec: {
      ...laidOver(pod.spec, fragment.spec),
      containers: lists.containers.map((container) => filledIn(container, fragment.each)),
      ...nonEmpty("initContainers", lists.initContainers, pod.spec),
      volumes: union(pod.volumes, fragment.volumes),
      ...nonEmpty("imagePullSecrets", pullSecrets(pod, fragment), pod.spec),
    },
  };
}

function kept(annotations: JsonObject, dropped: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !dropped.includes(key)));
}

function filledIn(container: Container, each: readonly JsonObject[]): Container {
  if (container.name === PROXY_CONTAINER) return container;
  return each.reduce<Container>((filled, fields) => fillContainer(filled, { ...fields, name: filled.name }), container);
}

/** Maps are merged, lists are added to, anything else is the fragment's. */
function laidOver(below: JsonObject, over: JsonObject): JsonObject {
  const merged = Object.entries(over).map(([key, value]) => {
    const found = fieldAt(below, key);
    if (isObject(found) && isObject(value)) return [key, laidOver(found, value)];
    return [key, Array.isArray(found) && Array.isArray(value) ? withMissing(found, value) : value];
  });
  return { ...below, ...(Object.fromEntries(merged) as JsonObject) };
}

function withMissing(list: readonly unknown[], added: readonly unknown[]): readonly unknown[] {
  return [...list, ...added.filter((item) => !list.some((present) => isDeepStrictEqual(present, item)))];
}

function place(lists: Lists, { container, list }: PlacedContainer): Lists {
  const other = list === "containers" ? "initContainers" : "containers";
  const index = indexOf(lists[list], container.name);
  const found = lists[list][index];
  if (found !== undefined) return { ...lists, [list]: lists[list].with(index, merged(found, container)) };
  // A user who tunes the proxy writes it among the containers; as a native sidecar it belongs to the init containers.
  const moved = lists[other].find((item) => item.name === container.name && item.name === PROXY_CONTAINER);
  const rest = lists[other].filter((item) => item !== moved);
  const item = moved === undefined ? container : merged(moved, container);
  return { ...lists, [other]: rest, [list]: [...lists[list], item] };
}

/** Ours stand where they work, whoever adds what around them: before the app where they serve it, behind it where they would hinder it. */
function positioned(lists: Lists, placed: readonly PlacedContainer[]): Lists {
  const ordered = (list: PlacedContainer["list"]): readonly Container[] => {
    const own = placed.filter((each) => each.list === list && (ADDED_CONTAINERS.has(each.container.name) || each.at === "first"));
    const at = (end: PlacedContainer["at"]): readonly Container[] =>
      own.filter((each) => each.at === end).flatMap((each) => lists[list].filter(({ name }) => name === each.container.name));
    const names = new Set(own.map(({ container }) => container.name));
    return [...at("first"), ...lists[list].filter(({ name }) => !names.has(name)), ...at("last")];
  };
  return { containers: ordered("containers"), initContainers: ordered("initContainers") };
}

function indexOf(list: readonly Container[], name: string): number {
  return list.findIndex((item) => item.name === name);
}

function merged(existing: Container, container: Container): Container {
  const filled = fillContainer(existing, container);
  const derived = new Map(
    listAt(container, "env")
      .filter((entry) => DERIVED_ENV.has(String(fieldAt(entry, "name"))))
      .map((entry) => [fieldAt(entry, "name"), entry]),
  );
  const env = fieldAt(filled, "env");
  return Array.isArray(env) ? { ...filled, env: env.map((entry: unknown) => derived.get(fieldAt(entry, "name")) ?? entry) } : filled;
}

function union(existing: readonly Named[], added: readonly Named[]): readonly Named[] {
  const taken = new Set(existing.map((item) => item.name));
  return [...existing, ...added.filter((item) => !taken.has(item.name))];
}

/** Ours go first, as in Istio: the kubelet tries them in order. */
function pullSecrets(pod: Pod, { imagePullSecrets }: PodFragment): readonly unknown[] {
  const existing = listAt(pod.spec, "imagePullSecrets");
  const taken = new Set(existing.map((secret) => fieldAt(secret, "name")));
  return [...imagePullSecrets.filter((secret) => !taken.has(secret.name)), ...existing];
}

/** A list that stays empty is left as it was, absent or null. */
function nonEmpty(field: string, list: readonly unknown[], spec: JsonObject): JsonObject {
  return list.length === 0 && !Array.isArray(fieldAt(spec, field)) ? {} : { [field]: list };
}
