import { decodeMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { InjectOptions } from "../cli/program.ts";
import type { DocumentRefusal, InjectedDocument } from "../injection/inject-document.ts";
import { injectDocuments } from "../injection/inject-documents.ts";
import type { InjectionMesh } from "../injection/injection-input.ts";
import { printYaml } from "../source/print-yaml.ts";
import { readManifests } from "../source/read-manifests.ts";
import { parseYaml, readValues, readYamlFile } from "./read-values.ts";
import { readStdin, standardTerminal } from "./terminal.ts";

async function readMesh(file: string | undefined): Promise<InjectionMesh> {
  if (file === undefined) {
    return {};
  }
  const decoded = decodeMeshConfig(await readYamlFile(file));
  if (!decoded.ok) {
    throw new Error(decoded.error.map((finding) => `${file}: ${finding.path}: ${finding.message} (${finding.code})`).join("\n"));
  }
  return decoded.value;
}

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

function refusal({ kind, name, path, message }: DocumentRefusal): string {
  return `${kind} ${name}: ${path}: ${message}\n`;
}

/** Exit 0: printed; 1: something was refused, and nothing was printed. */
export async function runInject(options: InjectOptions): Promise<number> {
  const terminal = standardTerminal();
  const manifests = await readManifests(options.filename, readStdin);
  const broken = manifests.flatMap(({ file, document }) => document.broken.map((b) => `${file}:${b.line}:${b.column}: ${b.fault}\n`));
  if (broken.length > 0) {
    terminal.err(broken.join(""));
    return 1;
  }
  const [values, mesh] = await Promise.all([readValues(options.values), readMesh(options.meshConfig)]);
  const injected = injectDocuments(
    manifests.map(({ document }) => document.value),
    { mesh, values, kubeVersion: options.kubeVersion, revision: "default", parseYaml },
  );
  if (!injected.ok) {
    terminal.err(injected.error.map(refusal).join(""));
    return 1;
  }
  terminal.err(injected.value.flatMap(({ warnings }) => warnings.map((warning) => `warning: ${warning}\n`)).join(""));
  terminal.out(print(injected.value, options.output));
  return 0;
}
