import { readFile } from "node:fs/promises";
import type { MeshConfig } from "../api/mesh/mesh-config.ts";
import { decodedText } from "../source/decoded-text.ts";
import { readMeshConfig } from "../source/mesh-config-text.ts";

/** A mesh configuration from a file; rejects with every field that is wrong, and its place. */
export async function readMesh(file: string): Promise<MeshConfig> {
  const read = readMeshConfig({ text: decodedText(await readFile(file)), origin: file, block: { line: 1, indent: 0 } });
  if (!read.ok) {
    throw new Error(
      read.error.map(({ path, message, code, line, column }) => `${file}:${line}:${column}: ${path}: ${message} (${code})`).join("\n"),
    );
  }
  return read.value.object.spec;
}
