import { err, ok, type Result } from "../base/result.ts";
import { fieldAt, isObject, type JsonObject, objectAt } from "./json-object.ts";
import type { Refusal } from "./refusal.ts";
import { unbearableField } from "./unbearable-field.ts";

/** Something in a list whose members are told apart by name: a container, a volume, an environment variable. */
export interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

export type Container = Named;

/** What injection reads of a pod or of a pod template. `raw` is the whole of it; every unknown field stays there. */
export interface Pod {
  readonly raw: JsonObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly Named[];
}

/** The API server stores no more of them, but asks us before it looks. */
const MOST_ANNOTATION_BYTES = 262_144;

/** Checks no more than injection relies on; the API server judges the rest. */
export function readPod(raw: unknown): Result<Pod, Refusal> {
  if (!isObject(raw)) return err({ path: "", message: "the pod must be an object with metadata and spec" });
  const problem =
    unbearableField(raw) ?? mapProblem(raw, "labels") ?? mapProblem(raw, "annotations") ?? sizeProblem(raw) ?? specProblem(raw);
  if (problem !== undefined) return err(problem);
  const spec = objectAt(raw, "spec");
  return ok({
    raw,
    labels: textMap(raw, "labels"),
    annotations: textMap(raw, "annotations"),
    spec,
    containers: namedList(spec, "containers"),
    initContainers: namedList(spec, "initContainers"),
    volumes: namedList(spec, "volumes"),
  });
}

function mapProblem(raw: JsonObject, field: string): Refusal | undefined {
  const metadata = fieldAt(raw, "metadata");
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) return { path: "metadata", message: "must be an object" };
  const map = fieldAt(metadata, field);
  if (map === undefined || map === null) return undefined;
  if (!isObject(map)) return { path: `metadata.${field}`, message: "must map names to texts" };
  const wrong = Object.keys(map).find((key) => typeof map[key] !== "string" && map[key] !== null);
  return wrong === undefined ? undefined : { path: `metadata.${field}["${wrong}"]`, message: "must be a text; put it in quotes" };
}

function sizeProblem(raw: JsonObject): Refusal | undefined {
  const entries = Object.entries(textMap(raw, "annotations"));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes <= MOST_ANNOTATION_BYTES) return undefined;
  const message = `have ${bytes} bytes in all, and Kubernetes stores at most ${MOST_ANNOTATION_BYTES}; keep long texts in a ConfigMap`;
  return { path: "metadata.annotations", message };
}

function specProblem(raw: JsonObject): Refusal | undefined {
  const spec = fieldAt(raw, "spec");
  if (!isObject(spec)) return { path: "spec", message: "a pod needs a spec with containers" };
  for (const field of ["containers", "initContainers", "volumes"]) {
    const list = fieldAt(spec, field);
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) return { path: `spec.${field}`, message: "must be a list" };
    const index = list.findIndex((item) => typeof fieldAt(item, "name") !== "string");
    if (index >= 0) return { path: `spec.${field}[${index}]`, message: "must be an object with a name" };
  }
  return undefined;
}

function textMap(raw: JsonObject, field: string): Readonly<Record<string, string>> {
  const map = objectAt(objectAt(raw, "metadata"), field);
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, typeof value === "string" ? value : ""]));
}

function namedList(spec: JsonObject, field: string): readonly Named[] {
  const list = fieldAt(spec, field);
  return Array.isArray(list) ? (list as readonly Named[]) : [];
}
