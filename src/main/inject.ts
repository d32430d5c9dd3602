import { inspect } from "../api/decode.ts";
import { namedPath } from "../api/named-path.ts";
import { isKind, type Kind, type StoredObject } from "../api/object.ts";
import { explanationsAsText } from "../cli/explanations-text.ts";
import type { InjectOptions } from "../cli/program.ts";
import { type ExplainInput, explainDocument } from "../injection/explain-document.ts";
import type { DocumentInput, DocumentRefusal, InjectedDocument } from "../injection/inject-document.ts";
import { injectDocuments } from "../injection/inject-documents.ts";
import { isObject } from "../injection/json-object.ts";
import { itemsOf } from "../injection/pod-template.ts";
import { printYaml } from "../source/print-yaml.ts";
import type { Manifest } from "../source/read-manifests.ts";
import { faultFinding } from "../source/source-finding.ts";
import { limitsOf } from "./limits-of.ts";
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

/** The objects of one kind among the documents. */
function objectsOf<K extends Kind>(kind: K, manifests: readonly Manifest[]): readonly StoredObject<K>[] {
  return manifests
    .flatMap(({ document }) => [document.value, ...listed(document.value)])
    .flatMap((value) => {
      const read = inspect(value).object;
      return read !== undefined && isKind(kind, read) ? [read] : [];
    });
}

function listed(document: unknown): readonly unknown[] {
  return isObject(document) ? (itemsOf(document) ?? []) : [];
}

/** Labels of the namespaces among the documents. */
function namespacesOf(manifests: readonly Manifest[]): ExplainInput["namespaces"] {
  return new Map(objectsOf("Namespace", manifests).map(({ metadata }) => [metadata.name, metadata.labels]));
}

/** What the LimitRanges and ResourceQuotas among the documents ask. */
function limitsAmong(manifests: readonly Manifest[]): NonNullable<DocumentInput["limitsIn"]> {
  const [limitRanges, quotas] = [objectsOf("LimitRange", manifests), objectsOf("ResourceQuota", manifests)];
  return (namespace) => {
    const here = ({ metadata }: StoredObject) => (metadata.namespace || "default") === namespace;
    return limitsOf(limitRanges.filter(here), quotas.filter(here));
  };
}

/** Exit 0 where nothing is refused. */
function explain(manifests: readonly Manifest[], input: DocumentInput, output: InjectOptions["output"]): number {
  const terminal = standardTerminal();
  const namespaces = namespacesOf(manifests);
  const told = manifests.flatMap(({ file, document }) =>
    explainDocument(document.value, { ...input, namespaces }).map((each) => ({ source: `${file}:${document.line}`, ...each })),
  );
  terminal.out(output === "json" ? `${JSON.stringify({ explanations: told }, null, 2)}\n` : explanationsAsText(terminal, told));
  return told.some(({ decision }) => decision === "refuse") ? 1 : 0;
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
  const input = { mesh, values, kubeVersion: options.kubeVersion, revision: "default", parseYaml, limitsIn: limitsAmong(manifests) };
  if (options.explain) return explain(manifests, input, options.output);
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
