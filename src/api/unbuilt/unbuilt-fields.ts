import type { OwnKind } from "../kinds.ts";
import { UNBUILT_MESH_FIELDS, UNBUILT_PROXY_SETTINGS } from "./mesh.ts";
import { UNBUILT_NETWORKING_FIELDS } from "./networking.ts";
import { type UnbuiltField, unbuilt } from "./unbuilt-field.ts";

export type UnbuiltKind = OwnKind | "MeshConfig" | "ProxyConfig";

/** Fields that are stored but not carried out yet. The one place to change when one is built: warnings and docs/fields.md are made from it. */
export const UNBUILT_FIELDS: { readonly [K in UnbuiltKind]: readonly UnbuiltField[] } = {
  ...UNBUILT_NETWORKING_FIELDS,
  // Inbound listeners take mesh TLS and plain text, whatever is asked: that is PERMISSIVE.
  PeerAuthentication: [
    unbuilt(["mtls.mode=STRICT", "portLevelMtls{}.mode=STRICT"], "plain text is taken too, as with PERMISSIVE"),
    unbuilt(["mtls.mode=DISABLE", "portLevelMtls{}.mode=DISABLE"], "mesh TLS is taken too, as with PERMISSIVE"),
  ],
  MeshConfig: UNBUILT_MESH_FIELDS,
  ProxyConfig: UNBUILT_PROXY_SETTINGS,
};

export const UNBUILT_KINDS = Object.keys(UNBUILT_FIELDS) as readonly UnbuiltKind[];

/** The fields of a kind that a pattern alone tells. */
export function unbuiltByPattern(kind: UnbuiltKind): readonly UnbuiltField[] {
  return UNBUILT_FIELDS[kind].filter(({ only }) => only === undefined);
}
