import { isJsonObject, type JsonObject, ownField } from "../../api/json-kind.ts";

/** A place in a document that has labels and annotations. */
export interface Site {
  readonly metadata: JsonObject;
  /** Of `metadata`. */
  readonly path: string;
  /** Kind of object they end up on; absent where that is another program's affair. */
  readonly on: string | undefined;
}

/** Groups of kinds of which it is known what reads their labels and annotations. */
const KNOWN_GROUPS = new Set(["", "apps", "batch", "discovery.k8s.io", "networking.istio.io"]);

function at(object: JsonObject, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (isJsonObject(value) ? ownField(value, step) : undefined), object);
}

function site(object: JsonObject, steps: readonly string[], on: string | undefined): readonly Site[] {
  const metadata = at(object, steps);
  return isJsonObject(metadata) ? [{ metadata, path: steps.join("."), on }] : [];
}

function text(object: JsonObject, name: string): string {
  const value = ownField(object, name);
  return typeof value === "string" ? value : "";
}

/** Where the pods that an object makes are described; absent where it makes none. A template without containers makes something else. */
function templateOf(object: JsonObject, kind: string): readonly string[] | undefined {
  const steps = kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
  return Array.isArray(at(object, [...steps, "spec", "containers"])) ? steps : undefined;
}

/** Every place of a document whose labels and annotations the mesh may read, the object's own first. */
export function sites(object: JsonObject): readonly Site[] {
  const [kind, version] = [text(object, "kind"), text(object, "apiVersion")];
  const group = version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
  const template = templateOf(object, kind);
  return [
    ...site(object, ["metadata"], KNOWN_GROUPS.has(group) ? kind : undefined),
    ...(template ? site(object, [...template, "metadata"], "Pod") : []),
    ...(kind === "WorkloadGroup" ? site(object, ["spec", "metadata"], "WorkloadEntry") : []),
  ];
}
