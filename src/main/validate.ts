import type { StoredObject } from "../api/object.ts";
import type { ValidateOptions } from "../cli/program.ts";
import { render } from "../cli/render.ts";
import { type DocumentVerdict, verdictsAsText } from "../cli/verdict.ts";
import { printYaml } from "../source/print-yaml.ts";
import { type Manifest, readManifests } from "../source/read-manifests.ts";
import { sourceFinding } from "../source/source-finding.ts";
import type { Finding } from "../telemetry/finding.ts";
import { validateObject } from "../validation/validate-object.ts";
import { judge } from "./judges.ts";
import { readStdin, standardTerminal } from "./terminal.ts";

/** `kind` and the like of a document that may be anything. */
function nameOf(value: unknown): Pick<DocumentVerdict, "kind" | "namespace" | "name"> {
  const object = (typeof value === "object" && value !== null ? value : {}) as { kind?: unknown; metadata?: Record<string, unknown> };
  const word = (x: unknown) => (typeof x === "string" ? x : "");
  return { kind: word(object.kind), namespace: word(object.metadata?.["namespace"]), name: word(object.metadata?.["name"]) };
}

function findingsOf({ document }: Manifest, world: readonly StoredObject[]): readonly Finding[] {
  if (document.broken.length > 0) {
    return document.broken.map(({ fault, line, column }) => sourceFinding("brokenYaml", { fault, line, column }, { line }));
  }
  return judge(document.value, world).map((finding) => ({ ...finding, line: document.lineOf(finding.path) }));
}

function verdictOf(manifest: Manifest, world: readonly StoredObject[]): DocumentVerdict {
  const findings = findingsOf(manifest, world);
  const errors = findings.filter((finding) => finding.level === "error");
  const warnings = findings.filter((finding) => finding.level === "warning");
  const source = `${manifest.file}:${manifest.document.line}`;
  return { source, ...nameOf(manifest.document.value), valid: errors.length === 0, errors, warnings };
}

async function worldOf(where: string | undefined): Promise<readonly StoredObject[]> {
  if (where === undefined) {
    return [];
  }
  if (where === "cluster") {
    return (await import("./cluster-objects.ts")).clusterObjects();
  }
  const manifests = await readManifests([where], readStdin);
  return manifests.flatMap(({ document }) => validateObject(document.value).object ?? []);
}

/** Exit 0: all valid; 1: something invalid. What cannot be read rejects. */
export async function runValidate(options: ValidateOptions): Promise<number> {
  const terminal = standardTerminal();
  const world = await worldOf(options.with);
  const manifests = await readManifests(options.filename, readStdin);
  const results = manifests.map((manifest) => verdictOf(manifest, world));
  terminal.out(render({ results }, options.output, () => verdictsAsText(terminal, results), printYaml));
  return results.every((result) => result.valid) ? 0 : 1;
}
