import type { StoredObject } from "../api/object.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Finding } from "../telemetry/finding.ts";
import { validateMeshConfig } from "../validation/validate-mesh-config.ts";
import type { Place } from "./place.ts";
import { faultFinding, sourceFinding } from "./source-finding.ts";
import { toldFinding } from "./told-finding.ts";
import { readYaml, type TextBlock } from "./yaml-text.ts";

/** The text of a mesh configuration and where it stands. */
export interface MeshText {
  readonly text: string;
  /** `mesh.yaml:1`, or the name of the ConfigMap. */
  readonly origin: string;
  /** In a file, where the lines of the text are, if it is written line by line. */
  readonly block?: TextBlock;
  /** In a file, where the field is that holds the text. */
  readonly field?: Place;
  readonly resourceVersion?: string;
}

export interface ReadMeshConfig {
  readonly object: StoredObject<"MeshConfig">;
  /** What is told though it is taken: unknown fields, and fields that are not carried out yet. */
  readonly warnings: readonly Finding[];
}

/** What is in a text of a mesh configuration. */
export interface MeshInspection {
  /** Absent where it cannot be taken. */
  readonly object?: StoredObject<"MeshConfig">;
  /** Errors first. Lines are those of the file, where the text stands in one line by line; else the message names the text's own. */
  readonly findings: readonly Finding[];
}

export function inspectMeshText(mesh: MeshText): MeshInspection {
  const documents = readYaml(mesh.text).filter((document) => document.broken.length > 0 || document.value != null);
  const broken = documents.flatMap((document) => document.broken);
  if (broken.length > 0) {
    return { findings: broken.map((fault) => inText(faultFinding({ ...fault, ...placeIn(mesh, fault) }), fault, mesh)) };
  }
  const [document, second] = documents;
  if (second) {
    const at = { line: second.line, column: 1 };
    return { findings: [inText(sourceFinding("notAMapping", { actual: "several documents" }, placeIn(mesh, at)), at, mesh)] };
  }
  return inspectMeshValue(document?.value ?? {}, mesh, (finding, value) => {
    const at = document?.placeOf(finding.path) ?? { line: 1, column: 1 };
    const told = toldFinding(finding, value, () => placeIn(mesh, at));
    return inText(told, at, mesh);
  });
}

/** What is in a mesh configuration whose text was read already; `told` gives a finding its place. */
export function inspectMeshValue(
  value: unknown,
  mesh: Omit<MeshText, "text">,
  told: (finding: Finding, value: unknown) => Finding,
): MeshInspection {
  const verdict = validateMeshConfig(value);
  const findings = [...verdict.errors, ...verdict.warnings].map((finding) => told(finding, value));
  if (verdict.mesh === undefined || verdict.errors.length > 0) return { findings };
  return { object: meshObject(verdict.mesh, mesh), findings };
}

/** Reads a mesh configuration that is to be in force: the object, or why it is not taken. */
export function readMeshConfig(mesh: MeshText): Result<ReadMeshConfig, readonly Finding[]> {
  const { object, findings } = inspectMeshText(mesh);
  return object ? ok({ object, warnings: findings }) : err(findings.filter(({ level }) => level === "error"));
}

/** What is in force where nothing was ever written: every field at its default. */
export const DEFAULT_MESH_CONFIG: StoredObject<"MeshConfig"> = meshObject({}, { origin: "default" });

function meshObject(spec: StoredObject<"MeshConfig">["spec"], mesh: Omit<MeshText, "text">): StoredObject<"MeshConfig"> {
  const metadata = { name: "mesh", namespace: "", labels: {}, annotations: {} };
  const version = mesh.resourceVersion === undefined ? {} : { resourceVersion: mesh.resourceVersion };
  return { kind: "MeshConfig", metadata: { ...metadata, ...version }, spec, origin: mesh.origin };
}

/** Where a place of the text is in its file; in the API server's ConfigMap there is only the text. */
function placeIn({ block, field }: MeshText, at: Place): Place {
  if (block !== undefined) return { line: block.line + at.line - 1, column: block.indent + at.column };
  return field ?? at;
}

/** Where the file does not lead to the line of the text, the message does. */
function inText(finding: Finding, { line }: Place, { block }: MeshText): Finding {
  return block !== undefined ? finding : { ...finding, message: `${finding.message} (line ${line} of mesh)` };
}
