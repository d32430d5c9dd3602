import type { StoredObject } from "../../api/object.ts";
import { revisionName } from "../../base/revision-name.ts";
import type { MeshConfigKeeper } from "../mesh-config-keeper.ts";
import { sourceFinding } from "../source-finding.ts";
import type { RawObject } from "./raw-object.ts";
import type { Collection } from "./reflector.ts";

export const MESH_CONFIG_MAP = "istio";

/** The one ConfigMap that holds the mesh configuration of a revision: each has its own, as in Istio. */
export function meshCollection(namespace: string, revision: string): Collection {
  return {
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    apiVersion: "v1",
    kind: "ConfigMap",
    query: { fieldSelector: `metadata.name=${revisionName(MESH_CONFIG_MAP, revision)}` },
  };
}

/** What is in force once this ConfigMap is stored. */
export function takeMeshConfigMap(keeper: MeshConfigKeeper, raw: RawObject): Promise<StoredObject<"MeshConfig">> {
  const origin = `ConfigMap ${raw.metadata.namespace}/${raw.metadata.name}`;
  const text = (raw["data"] as Readonly<Record<string, string>> | undefined)?.["mesh"];
  if (text === undefined) {
    const name = `${raw.metadata.namespace}/${raw.metadata.name}`;
    return keeper.refuse([sourceFinding("meshKeyMissing", { name }, { path: "data.mesh" })], origin);
  }
  const { resourceVersion } = raw.metadata;
  return keeper.take({ text, origin, ...(resourceVersion !== undefined && { resourceVersion }) });
}
