import { findKind } from "../../api/kinds.ts";
import { type Kind, type ObjectKey, objectKey, type StoredObject } from "../../api/object.ts";
import { findUnenforcedKind } from "../../api/unenforced-kinds.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { validateObject } from "../../validation/validate-object.ts";
import { type Piece, piecesOf } from "../document-pieces.ts";
import { isMeshConfigMap, meshTextOf } from "../mesh-config-map-text.ts";
import type { MeshText } from "../mesh-config-text.ts";
import { sourceFinding } from "../source-finding.ts";
import { toldFinding } from "../told-finding.ts";
import type { YamlDocument, YamlFault } from "../yaml-text.ts";

/** One object of a file, or what is wrong in its place. Lines are those of the text it was read from. */
export interface FileEntry {
  /** Absent where not even the name could be read. */
  readonly key?: ObjectKey;
  readonly line: number;
  readonly object?: StoredObject;
  /** Instead of an object, where it is the mesh's ConfigMap. */
  readonly mesh?: MeshText;
  readonly findings: readonly Finding[];
  /** Where it is no YAML. */
  readonly faults?: readonly YamlFault[];
  /** A kind that is none of ours: not an error, and nothing is done with it. */
  readonly ignored?: string;
}

export interface EntryOptions {
  /** Namespace of the ConfigMap `istio`. */
  readonly namespace: string;
}

export const MESH_KEY = objectKey("MeshConfig", "", "mesh");

/** The objects of a document: one, or those of a List. */
export function entriesOf(document: YamlDocument, options: EntryOptions): readonly FileEntry[] {
  if (document.broken.length > 0) return [{ line: document.line, findings: [], faults: document.broken }];
  if (document.value === null || document.value === undefined) return [];
  return piecesOf(document.value).map((piece) => entryOf(document, piece, options));
}

function entryOf(document: YamlDocument, { value, prefix }: Piece, options: EntryOptions): FileEntry {
  const line = prefix === "" ? document.line : document.placeOf(prefix).line;
  const foreign = foreignKind(value);
  if (foreign !== undefined) return { line, findings: [], ignored: foreign };
  const name = nameOf(value);
  if (isMeshConfigMap(value, options)) return meshEntry(document, { value, prefix }, line);
  const { object, findings } = read(value);
  const placed = findings.map((found) => toldFinding(found, value, (path) => document.placeOf(`${prefix}${path}`)));
  const key = object ? objectKey(object.kind, object.metadata.namespace, object.metadata.name) : name?.key;
  return { line, findings: placed, ...(key && { key }), ...(object && { object }) };
}

/** Nothing stands between the folder and us, so what the webhook would refuse is refused here. */
function read(raw: unknown): Pick<FileEntry, "object" | "findings"> {
  try {
    const { object, errors, warnings } = validateObject(raw);
    return { findings: [...errors, ...warnings], ...(object && errors.length === 0 && { object }) };
  } catch (error) {
    return { findings: [sourceFinding("decoderFault", { fault: (error as Error).message })] };
  }
}

interface Name {
  readonly key: ObjectKey;
}

/** Kinds of other programs may lie in the folder; a wrong version of our own group is a mistake to be told. */
function foreignKind(raw: unknown): string | undefined {
  const { apiVersion, kind } = fieldsOf(raw);
  if (typeof kind !== "string" || typeof apiVersion !== "string" || apiVersion.startsWith("networking.istio.io/")) return undefined;
  // One that Istio would carry out and we do not is told of.
  const known = findKind(apiVersion, kind) ?? findUnenforcedKind(apiVersion, kind);
  return known === undefined ? `${apiVersion} ${kind}` : undefined;
}

/** As much of the identity as can be read of anything that has a kind and a name. */
function nameOf(raw: unknown): Name | undefined {
  const { apiVersion, kind, metadata } = fieldsOf(raw);
  const { name, namespace } = fieldsOf(metadata);
  if (typeof kind !== "string" || typeof apiVersion !== "string" || typeof name !== "string") return undefined;
  const given = typeof namespace === "string" && namespace !== "" ? namespace : undefined;
  const where = findKind(apiVersion, kind)?.namespaced === false ? "" : (given ?? "default");
  return { key: objectKey(kind as Kind, where, name) };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function meshEntry(document: YamlDocument, { value, prefix }: Piece, line: number): FileEntry {
  const mesh = meshTextOf(value, { document, prefix });
  if (mesh !== undefined) return { key: MESH_KEY, line, findings: [], mesh };
  const at = document.placeOf(`${prefix}data.mesh`);
  return { key: MESH_KEY, line, findings: [sourceFinding("meshKeyMissing", { name: "istio" }, { path: "data.mesh", ...at })] };
}
