import { keyOf, type StoredObject } from "../../api/object.ts";
import { completed } from "../completed-name.ts";
import type { MeshText } from "../mesh-config-text.ts";
import { faultFinding } from "../source-finding.ts";
import { readYaml } from "../yaml-text.ts";
import { type EntryOptions, entriesOf, type FileEntry, MESH_KEY } from "./file-entry.ts";
import { type YamlChunk, yamlChunks } from "./yaml-chunks.ts";

/** A file as it was read last. */
export interface ConfigFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly entries: readonly FileEntry[];
  /** Something in it could not even be named, so what was in it before is not known to be gone. */
  readonly torn: boolean;
  readonly chunks: ReadonlyMap<string, ReadChunk>;
}

interface ReadChunk {
  readonly start: number;
  /** Lines within the chunk, no origins. */
  readonly bare: readonly FileEntry[];
  readonly placed: readonly FileEntry[];
}

/** Reads a file, taking over from `before` the documents that did not change. */
export function readConfigFile(path: string, text: string, before: ConfigFile | undefined, options: EntryOptions): ConfigFile {
  if (path === MESH_FILE && !/^kind:\s*["']?ConfigMap\b/m.test(text)) return meshFile(path, text);
  const chunks = new Map<string, ReadChunk>();
  const entries = yamlChunks(text).flatMap((chunk) => {
    const read = readChunk(path, chunk, before?.chunks.get(chunk.text), options);
    chunks.set(chunk.text, read);
    return read.placed;
  });
  const torn = entries.some((entry) => entry.key === undefined && entry.findings.length > 0);
  return { path, text, entries, torn, chunks };
}

export const MESH_FILE = "mesh.yaml";

/** `mesh.yaml` is the mesh configuration itself, without a ConfigMap around it. An empty file is one that is just being written. */
function meshFile(path: string, text: string): ConfigFile {
  const entry: FileEntry = { key: MESH_KEY, line: 1, findings: [], mesh: { text, origin: `${path}:1`, block: { line: 1, indent: 0 } } };
  return { path, text, entries: text === "" ? [] : [entry], torn: false, chunks: new Map() };
}

function readChunk(path: string, chunk: YamlChunk, known: ReadChunk | undefined, options: EntryOptions): ReadChunk {
  if (known?.start === chunk.start) return known;
  const bare = known?.bare ?? readYaml(chunk.text).flatMap((document) => entriesOf(document, options));
  const words = chunk.text.replace(/^---/, "").trim();
  const placed = bare.map((entry, index) => named(place(entry, path, chunk.start - 1), `${path}#${index} ${words}`));
  return { start: chunk.start, bare, placed };
}

/** An object whose name is left to the API server keeps the one it gets here for as long as its document says the same. */
function named(entry: FileEntry, seed: string): FileEntry {
  if (entry.object?.metadata.generateName === undefined) return entry;
  const object = completed(entry.object, seed);
  return { ...entry, object, key: keyOf(object) };
}

/** Gives an entry the lines and the origin it has in its file. What it holds is shared, so only the place is new. */
function place(entry: FileEntry, path: string, shift: number): FileEntry {
  const line = entry.line + shift;
  const origin = `${path}:${line}`;
  const { object, mesh, faults = [] } = entry;
  const broken = faults.map((fault) => faultFinding({ ...fault, line: fault.line + shift }));
  return {
    ...entry,
    line,
    findings: [...broken, ...entry.findings.map((finding) => ({ ...finding, line: (finding.line ?? entry.line) + shift }))],
    ...(object && { object: { ...object, origin } as StoredObject }),
    ...(mesh && { mesh: shifted({ ...mesh, origin }, shift) }),
  };
}

function shifted(mesh: MeshText, shift: number): MeshText {
  const { block, field } = mesh;
  return {
    ...mesh,
    ...(block && { block: { ...block, line: block.line + shift } }),
    ...(field && { field: { ...field, line: field.line + shift } }),
  };
}
