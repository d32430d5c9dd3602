import { analyze, type ObjectFinding } from "../analysis/analyze.ts";
import { decodeMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { StoredObject } from "../api/object.ts";
import type { AnalyzeOptions } from "../cli/program.ts";
import { paint, render, type Terminal } from "../cli/render.ts";
import { printYaml } from "../source/print-yaml.ts";
import { type Manifest, readManifests } from "../source/read-manifests.ts";
import { validateObject } from "../validation/validate-object.ts";
import { readYamlFile } from "./read-values.ts";
import { readStdin, standardTerminal } from "./terminal.ts";

interface Judged {
  readonly object?: StoredObject;
  readonly findings: readonly (Omit<ObjectFinding, "kind"> & { readonly kind: string })[];
}

function judgeAlone({ file, document }: Manifest): Judged {
  const source = `${file}:${document.line}`;
  const { object, errors, warnings } = validateObject(document.value);
  if (object === undefined) {
    return { findings: errors.map((finding) => ({ ...finding, kind: "", namespace: "", name: "", source })) };
  }
  const { namespace, name } = object.metadata;
  const place = (path: string) => `${file}:${document.lineOf(path)}`;
  const findings = [...errors, ...warnings].map((finding) => ({
    ...finding,
    kind: object.kind,
    namespace,
    name,
    source: place(finding.path),
  }));
  return { object: { ...object, origin: source }, findings };
}

async function meshObject(file: string | undefined): Promise<readonly StoredObject[]> {
  if (file === undefined) {
    return [];
  }
  const decoded = decodeMeshConfig(await readYamlFile(file));
  if (!decoded.ok) {
    throw new Error(decoded.error.map(({ path, message, code }) => `${file}: ${path}: ${message} (${code})`).join("\n"));
  }
  return [
    { kind: "MeshConfig", metadata: { name: "mesh", namespace: "", labels: {}, annotations: {} }, spec: decoded.value, origin: file },
  ];
}

function line(terminal: Terminal, { source, level, kind, namespace, name, path, message, code }: Judged["findings"][number]): string {
  const tone = level === "error" ? "red" : level === "warning" ? "yellow" : "dim";
  return `${source ?? ""}: ${paint(terminal, tone, level)}: ${kind} ${namespace}/${name}: ${path}: ${message} (${code})\n`;
}

function sum(findings: Judged["findings"]): string {
  const count = (level: string) => findings.filter((finding) => finding.level === level).length;
  return `${count("error")} errors, ${count("warning")} warnings\n`;
}

/** Exit 0: no error among the findings; 1: some. `cluster` stands for everything the cluster holds. */
export async function runAnalyze(options: AnalyzeOptions): Promise<number> {
  const terminal = standardTerminal();
  const fromCluster = options.filename.includes("cluster") ? await (await import("./cluster-objects.ts")).clusterObjects() : [];
  const manifests = await readManifests(
    options.filename.filter((path) => path !== "cluster"),
    readStdin,
  );
  const judged = manifests.map(judgeAlone);
  const own = judged.flatMap(({ object }) => object ?? []);
  const together = analyze([...fromCluster, ...own, ...(await meshObject(options.meshConfig))]);
  const findings = [...judged.flatMap((each) => each.findings), ...together];
  const asText = () => `${findings.map((finding) => line(terminal, finding)).join("")}${sum(findings)}`;
  terminal.out(render({ findings }, options.output, asText, printYaml));
  return findings.some((finding) => finding.level === "error") ? 1 : 0;
}
