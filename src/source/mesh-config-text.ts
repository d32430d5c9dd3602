import type { StoredObject } from "../api/object.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Finding } from "../telemetry/finding.ts";
import { validateMeshConfig } from "../validation/validate-mesh-config.ts";
import { sourceFinding } from "./source-finding.ts";
import { readYaml } from "./yaml-text.ts";

/** The text of a mesh configuration and where it stands. */
export interface MeshText {
  readonly text: string;
  /** `mesh.yaml:1`, or the name of the ConfigMap. */
  readonly origin: string;
  /** In a file, the line on which the text begins. */
  readonly fileLine?: number;
  readonly resourceVersion?: string;
}

export interface ReadMeshConfig {
  readonly object: StoredObject<"MeshConfig">;
  /** What is told though it is taken: unknown fields, and fields that are not carried out yet. */
  readonly warnings: readonly Finding[];
}

/** Reads a mesh configuration. Findings name the line of the text and, where it stands in a file, that of the file. */
export function readMeshConfig(mesh: MeshText): Result<ReadMeshConfig, readonly Finding[]> {
  const documents = readYaml(mesh.text).filter((document) => document.broken.length > 0 || document.value != null);
  const broken = documents.flatMap((document) => document.broken);
  if (broken.length > 0) return err(broken.map((fault) => placed(sourceFinding("brokenYaml", { ...fault }), fault.line, mesh)));
  const [document, second] = documents;
  if (second) return err([placed(sourceFinding("notAMapping", { actual: "several documents" }), second.line, mesh)]);
  const verdict = validateMeshConfig(document?.value ?? {});
  const place = (finding: Finding): Finding => placed(finding, document?.lineOf(finding.path) ?? 1, mesh);
  if (verdict.mesh === undefined || verdict.errors.length > 0) return err(verdict.errors.map(place));
  return ok({ object: meshObject(verdict.mesh, mesh), warnings: verdict.warnings.map(place) });
}

/** What is in force where nothing was ever written: every field at its default. */
export const DEFAULT_MESH_CONFIG: StoredObject<"MeshConfig"> = meshObject({}, { origin: "default" });

function meshObject(spec: StoredObject<"MeshConfig">["spec"], mesh: Omit<MeshText, "text">): StoredObject<"MeshConfig"> {
  const metadata = { name: "mesh", namespace: "", labels: {}, annotations: {} };
  const version = mesh.resourceVersion === undefined ? {} : { resourceVersion: mesh.resourceVersion };
  return { kind: "MeshConfig", metadata: { ...metadata, ...version }, spec, origin: mesh.origin };
}

function placed(finding: Finding, line: number, mesh: MeshText): Finding {
  const fileLine = mesh.fileLine === undefined ? undefined : mesh.fileLine + line - 1;
  const where = fileLine === undefined ? `line ${line} of mesh` : `line ${line} of mesh, line ${fileLine} of the file`;
  return { ...finding, line: fileLine ?? line, message: `${finding.message} (${where})` };
}
