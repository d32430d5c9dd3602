import type { MeshConfig } from "../../api/mesh/mesh-config.ts";
import { isKind } from "../../api/object.ts";
import type { Index } from "../fact.ts";

/** Fields that are read together, each group a fact of its own: a switch of the outbound policy concerns no cluster. */
const GROUPS = {
  outbound: ["outboundTrafficPolicy"],
  root: ["rootNamespace"],
  clusters: ["trustDomain", "connectTimeout", "enableAutoMtls"],
  logging: ["accessLogFile", "accessLogFormat", "accessLogEncoding"],
} as const satisfies Record<string, readonly (keyof MeshConfig)[]>;

export type MeshGroup = keyof typeof GROUPS;

function pick(mesh: MeshConfig, fields: readonly (keyof MeshConfig)[]): MeshConfig {
  return Object.fromEntries(fields.flatMap((field) => (mesh[field] === undefined ? [] : [[field, mesh[field]]])));
}

/** The mesh configuration in force, by `MeshGroup`. */
export const meshConfiguration: Index<MeshConfig> = {
  name: "mesh-configuration",
  kinds: ["MeshConfig"],
  *entries(object) {
    if (isKind("MeshConfig", object)) {
      for (const [group, fields] of Object.entries(GROUPS)) {
        yield [group, pick(object.spec, fields)];
      }
    }
  },
};
