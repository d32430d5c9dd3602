import { isJsonObject, ownField } from "../api/json-kind.ts";
import type { MeshText } from "./mesh-config-text.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Whether an object is the ConfigMap that holds the mesh configuration, where the control plane runs in `namespace`. */
export function isMeshConfigMap(raw: unknown, { namespace }: { readonly namespace: string }): boolean {
  if (!isJsonObject(raw) || ownField(raw, "kind") !== "ConfigMap" || ownField(raw, "apiVersion") !== "v1") return false;
  const metadata = ownField(raw, "metadata");
  if (!isJsonObject(metadata) || ownField(metadata, "name") !== "istio") return false;
  const here = ownField(metadata, "namespace") ?? "";
  return here === "" || here === namespace;
}

/** The mesh configuration in a ConfigMap that stands at `prefix` of a document; absent where it has none. */
export function meshTextOf(raw: unknown, at: { readonly document: YamlDocument; readonly prefix: string }): MeshText | undefined {
  const data = isJsonObject(raw) ? ownField(raw, "data") : undefined;
  const text = isJsonObject(data) ? ownField(data, "mesh") : undefined;
  if (typeof text !== "string") return undefined;
  const path = `${at.prefix}data.mesh`;
  const block = at.document.blockOf(path);
  return { text, origin: "", field: at.document.placeOf(path), ...(block && { block }) };
}
