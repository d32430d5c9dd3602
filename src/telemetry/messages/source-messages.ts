import type { Message } from "./message.ts";

/** FL09: reading files and the mesh configuration as a whole. */
export const SOURCE_MESSAGES = {
  brokenYaml: {
    code: "FL0901",
    level: "error",
    title: "Not YAML",
    text: "cannot be read as YAML: {fault}",
  },
  sameName: {
    code: "FL0902",
    level: "error",
    title: "Two objects with the same name",
    text: "{object} is also at {other}, which is in force because it comes first; rename or remove one of the two",
  },
  twoMeshConfigs: {
    code: "FL0903",
    level: "error",
    title: "Two mesh configurations",
    text: "the mesh configuration is written twice, at {first} and at {second}; keep one of the two",
  },
  unreadableFile: { code: "FL0904", level: "error", title: "Unreadable file", text: "cannot be read: {fault}" },
  notAMapping: { code: "FL0905", level: "error", title: "Not a mapping", text: "must be a mapping of fields, but is {actual}" },
  meshKeyMissing: {
    code: "FL0906",
    level: "error",
    title: "ConfigMap without mesh",
    text: "the ConfigMap {name} has no key mesh; write the mesh configuration as text under data.mesh",
  },
  meshConfigGone: {
    code: "FL0908",
    level: "error",
    title: "Mesh configuration gone",
    text: 'the mesh configuration was removed, and what it last said stays in force; write it again, or write {empty} to go back to the defaults (data.mesh: "{empty}", or {empty} in mesh.yaml)',
  },
  decoderFault: {
    code: "FL0907",
    level: "error",
    title: "Bug in fairlead",
    text: "could not be read because of a bug in fairlead: {fault}; please report it",
  },
} as const satisfies Record<string, Message>;
