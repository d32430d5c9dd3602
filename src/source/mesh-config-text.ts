import { decodeMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { StoredObject } from "../api/object.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Finding } from "../telemetry/finding.ts";
import { sourceFinding } from "./source-finding.ts";
import { readYaml, type YamlDocument } from "./yaml-text.ts";

/** The text of a mesh configuration and where it stands. */
export interface MeshText {
  readonly text: string;
  /** `mesh.yaml:1`, or the name of the ConfigMap. */
  readonly origin: string;
  /** In a file, the line on which the text begins. */
  readonly fileLine?: number;
  readonly resourceVersion?: string;
}

/** Reads a mesh configuration. Findings name the line of the text and, where it stands in a file, that of the file. */
export function readMeshConfig(mesh: MeshText): Result<StoredObject<"MeshConfig">, readonly Finding[]> {
  const documents = readYaml(mesh.text).filter((document) => document.broken.length > 0 || document.value != null);
  const broken = documents.flatMap((document) => document.broken);
  if (broken.length > 0) return err(broken.map((fault) => placed(sourceFinding("brokenYaml", { ...fault }), fault.line, mesh)));
  const value = documents[0]?.value ?? {};
  if (documents.length > 1) return err([placed(notAMapping("several documents"), documents[1]?.line ?? 1, mesh)]);
  if (typeof value !== "object" || Array.isArray(value)) {
    return err([placed(notAMapping(Array.isArray(value) ? "a list" : typeof value), 1, mesh)]);
  }
  const decoded = decodeMeshConfig(value);
  if (decoded.ok) return ok(meshObject(decoded.value, mesh));
  return err(decoded.error.map((finding) => placed(finding, lineIn(documents[0], finding.path), mesh)));
}

/** What is in force where nothing was ever written: every field at its default. */
export const DEFAULT_MESH_CONFIG: StoredObject<"MeshConfig"> = meshObject({}, { origin: "default" });

function meshObject(spec: StoredObject<"MeshConfig">["spec"], mesh: Omit<MeshText, "text">): StoredObject<"MeshConfig"> {
  const metadata = { name: "mesh", namespace: "", labels: {}, annotations: {} };
  const version = mesh.resourceVersion === undefined ? {} : { resourceVersion: mesh.resourceVersion };
  return { kind: "MeshConfig", metadata: { ...metadata, ...version }, spec, origin: mesh.origin };
}

const notAMapping = (actual: string): Finding => sourceFinding("notAMapping", { actual });

const lineIn = (document: YamlDocument | undefined, path: string): number => document?.lineOf(path) ?? 1;

function placed(finding: Finding, line: number, mesh: MeshText): Finding {
  const fileLine = mesh.fileLine === undefined ? undefined : mesh.fileLine + line - 1;
  const where = fileLine === undefined ? `line ${line} of mesh` : `line ${line} of mesh, line ${fileLine} of the file`;
  return { ...finding, line: fileLine ?? line, message: `${finding.message} (${where})` };
}
