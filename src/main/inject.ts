import { namedPath } from "../api/named-path.ts";
import type { InjectOptions } from "../cli/program.ts";
import type { DocumentRefusal, InjectedDocument } from "../injection/inject-document.ts";
import { injectDocuments } from "../injection/inject-documents.ts";
import { printYaml } from "../source/print-yaml.ts";
import type { Manifest } from "../source/read-manifests.ts";
import { faultFinding } from "../source/source-finding.ts";
import { manifestsOf } from "./manifests-of.ts";
import { readMesh } from "./read-mesh.ts";
import { parseYaml, readValues } from "./read-values.ts";
import { standardTerminal } from "./terminal.ts";

function print(documents: readonly InjectedDocument[], format: InjectOptions["output"]): string {
  switch (format) {
    case "json":
      return documents.map(({ document }) => `${JSON.stringify(document, null, 2)}\n`).join("");
    case "patch":
      return documents.map(({ patch }) => `${JSON.stringify(patch, null, 2)}\n`).join("");
    case "yaml":
      return documents.map(({ document }) => printYaml(document)).join("---\n");
  }
}

function refusal({ file, document }: Manifest, { kind, name, path, message }: DocumentRefusal): string {
  const { line, column } = document.placeOf(path);
  return `${file}:${line}:${column}: ${kind} ${name}: ${namedPath(path, document.value)}: ${message}\n`;
}

/** What is no YAML; nothing of the rest is injected then either. */
function brokenIn({ file, document }: Manifest): readonly string[] {
  return document.broken.map(faultFinding).map(({ line, column, message, code }) => `${file}:${line}:${column}: ${message} (${code})\n`);
}

/** Exit 0: printed; 1: something was refused, and nothing was printed. */
export async function runInject(options: InjectOptions): Promise<number> {
  const terminal = standardTerminal();
  const manifests = await manifestsOf(options.filename);
  const broken = manifests.flatMap(brokenIn);
  if (broken.length > 0) {
    terminal.err(broken.join(""));
    return 1;
  }
  const values = await readValues(options.values);
  const mesh = options.meshConfig === undefined ? {} : await readMesh(options.meshConfig);
  const input = { mesh, values, kubeVersion: options.kubeVersion, revision: "default", parseYaml };
  const results = manifests.map((manifest) => ({ manifest, result: injectDocuments([manifest.document.value], input) }));
  const refusals = results.flatMap(({ manifest, result }) => (result.ok ? [] : result.error.map((why) => refusal(manifest, why))));
  if (refusals.length > 0) {
    terminal.err(refusals.join(""));
    return 1;
  }
  const injected = results.flatMap(({ result }) => (result.ok ? result.value : []));
  terminal.err(injected.flatMap(({ warnings }) => warnings.map((warning) => `warning: ${warning}\n`)).join(""));
  terminal.out(print(injected, options.output));
  return 0;
}
