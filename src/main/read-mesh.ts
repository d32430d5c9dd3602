import { decodeMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { MeshConfig } from "../api/mesh/mesh-config.ts";
import { readYamlFile } from "./read-values.ts";

/** A mesh configuration from a file; rejects with every field that is wrong. */
export async function readMesh(file: string): Promise<MeshConfig> {
  const decoded = decodeMeshConfig(await readYamlFile(file));
  if (!decoded.ok) {
    throw new Error(decoded.error.map(({ path, message, code }) => `${file}: ${path}: ${message} (${code})`).join("\n"));
  }
  return decoded.value;
}
