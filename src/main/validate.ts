import { createWorld } from "../analysis/live-world.ts";
import type { World } from "../analysis/world.ts";
import type { StoredObject } from "../api/object.ts";
import type { ValidateOptions } from "../cli/program.ts";
import { render, type Terminal } from "../cli/render.ts";
import { type DocumentVerdict, verdictsAsText } from "../cli/verdict.ts";
import { printYaml } from "../source/print-yaml.ts";
import type { Manifest } from "../source/read-manifests.ts";
import { validateObject } from "../validation/validate-object.ts";
import { documentFindings, identityOf } from "./document-findings.ts";
import { judge } from "./judges.ts";
import { manifestsOf } from "./manifests-of.ts";
import { standardTerminal } from "./terminal.ts";

function verdictOf(manifest: Manifest, world: World): DocumentVerdict {
  const { file, document } = manifest;
  const findings = documentFindings(document, (raw) => judge(raw, world));
  const errors = findings.filter((finding) => finding.level === "error");
  const warnings = findings.filter((finding) => finding.level === "warning");
  return { source: `${file}:${document.line}`, ...identityOf(document.value), valid: errors.length === 0, errors, warnings };
}

/** What stands in the cluster and cannot be read is told: a reference to it is judged as if it were missing. */
async function clusterWorld(options: ValidateOptions, terminal: Terminal): Promise<readonly StoredObject[]> {
  const { objects, problems } = await (await import("./cluster-contents.ts")).clusterContents(options);
  for (const { id, findings } of problems) {
    terminal.err(findings.map(({ path, message, code }) => `in the cluster: ${id}: ${path}: ${message} (${code})\n`).join(""));
  }
  return objects;
}

async function worldOf(options: ValidateOptions, terminal: Terminal): Promise<readonly StoredObject[]> {
  if (options.with === undefined) {
    return [];
  }
  if (options.with === "cluster") {
    return clusterWorld(options, terminal);
  }
  const manifests = await manifestsOf([options.with]);
  return manifests.flatMap(({ document }) => validateObject(document.value).object ?? []);
}

/** Exit 0: all valid; 1: something invalid. What cannot be read rejects. */
export async function runValidate(options: ValidateOptions): Promise<number> {
  const terminal = standardTerminal();
  const world = createWorld(await worldOf(options, terminal));
  const manifests = await manifestsOf(options.filename);
  const results = manifests.map((manifest) => verdictOf(manifest, world));
  terminal.out(render({ results }, options.output, () => verdictsAsText(terminal, results), printYaml));
  return results.every((result) => result.valid) ? 0 : 1;
}
