import { err, ok, type Result } from "../base/result.ts";
import { isObject, type JsonObject } from "./json-object.ts";
import type { Named } from "./pod.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

/** Volumes that the pod wants to see in the proxy container: client certificates, say. */
export interface UserVolumes {
  readonly volumes: readonly Named[];
  readonly mounts: readonly Named[];
}

const VOLUME = "sidecar.istio.io/userVolume";
const MOUNT = "sidecar.istio.io/userVolumeMount";

/** Both annotations hold JSON: a map from the volume's name, or a list whose members have a name. */
export function userVolumes(annotations: Readonly<Record<string, string>>): Result<UserVolumes, Refusal> {
  const volumes = namedItems(annotations[VOLUME], VOLUME);
  if (!volumes.ok) return volumes;
  const mounts = namedItems(annotations[MOUNT], MOUNT);
  if (!mounts.ok) return mounts;
  return ok({ volumes: volumes.value, mounts: mounts.value });
}

function namedItems(text: string | undefined, annotation: string): Result<readonly Named[], Refusal> {
  if (text === undefined || text.trim() === "") return ok([]);
  const parsed = parse(text);
  if (isObject(parsed)) {
    const items = Object.entries(parsed).map(([name, value]) => ({ ...(value as JsonObject), name }));
    if (Object.values(parsed).every(isObject)) return ok(items);
  }
  if (Array.isArray(parsed) && parsed.every((item) => isObject(item) && typeof item.name === "string")) return ok(parsed as Named[]);
  const example = annotation === VOLUME ? '{"certs":{"secret":{"secretName":"certs"}}}' : '{"certs":{"mountPath":"/etc/certs"}}';
  return err(annotationRefusal(annotation, `must be JSON, a map from the volume's name, as '${example}'`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
