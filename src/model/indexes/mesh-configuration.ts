import type { MeshConfig } from "../../api/mesh/mesh-config.ts";
import { isKind } from "../../api/object.ts";
import type { Index } from "../fact.ts";

/** The mesh configuration in force, under the key `mesh`. */
export const meshConfiguration: Index<MeshConfig> = {
  name: "mesh-configuration",
  kinds: ["MeshConfig"],
  *entries(object) {
    if (isKind("MeshConfig", object)) {
      yield ["mesh", object.spec];
    }
  },
};
