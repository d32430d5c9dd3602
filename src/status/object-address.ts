import { KINDS, type ObjectKind } from "../api/kinds.ts";
import type { ObjectKey } from "../api/object.ts";

/** Where an object of ours is at the API server. */
export interface ObjectAddress {
  readonly apiVersion: string;
  readonly kind: ObjectKind;
  readonly namespace: string;
  readonly name: string;
  /** Its path, without its status. */
  readonly path: string;
}

/** The groups whose objects users write for us; Kubernetes' own have statuses of their own. */
const OUR_GROUPS = ".istio.io";

/** In the stored version, whatever version the user wrote; absent for kinds that are not ours. */
export function addressOf(key: ObjectKey): ObjectAddress | undefined {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  const info = Object.hasOwn(KINDS, kind) ? KINDS[kind as ObjectKind] : undefined;
  if (!info?.group.endsWith(OUR_GROUPS)) return undefined;
  const { group, versions, plural } = info;
  const apiVersion = `${group}/${versions[0]}`;
  return { apiVersion, kind: kind as ObjectKind, namespace, name, path: `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}` };
}
