import { analyze, type ObjectFinding } from "../analysis/analyze.ts";
import type { StoredObject } from "../api/object.ts";
import { type AnalyzeFinding, findingsAsText } from "../cli/findings-text.ts";
import type { AnalyzeOptions } from "../cli/program.ts";
import { render } from "../cli/render.ts";
import type { ClusterContents } from "../source/kubernetes/read-cluster.ts";
import { printYaml } from "../source/print-yaml.ts";
import type { Manifest } from "../source/read-manifests.ts";
import type { SourceProblem } from "../source/source-problem.ts";
import type { Finding } from "../telemetry/finding.ts";
import { validateObject } from "../validation/validate-object.ts";
import { documentFindings, type Identity, identityOf } from "./document-findings.ts";
import { manifestsOf } from "./manifests-of.ts";
import { readMesh } from "./read-mesh.ts";
import { standardTerminal } from "./terminal.ts";

interface Judged {
  readonly object?: StoredObject;
  readonly findings: readonly AnalyzeFinding[];
}

function about({ code, level, path, message }: Finding, { kind, namespace, name }: Identity, source: string | undefined): AnalyzeFinding {
  return { code, level, kind, namespace, name, path, message, ...(source !== undefined && { source }) };
}

const originOf = ({ file, document }: Manifest): string => `${file}:${document.line}`;

function judgeAlone(manifest: Manifest): Judged {
  const { file, document } = manifest;
  const { object, errors, warnings } = validateObject(document.value);
  const identity = object === undefined ? identityOf(document.value) : { ...object.metadata, kind: object.kind };
  const findings = documentFindings(document, () => [...errors, ...warnings]);
  return {
    findings: findings.map((finding) => about(finding, identity, `${file}:${finding.line}`)),
    ...(object && { object: { ...object, origin: originOf(manifest) } }),
  };
}

/** The line of the field, where the object is from a file. */
function placed(finding: ObjectFinding, manifests: ReadonlyMap<string, Manifest>): AnalyzeFinding {
  const manifest = manifests.get(finding.source ?? "");
  return about(finding, finding, manifest === undefined ? finding.source : `${manifest.file}:${manifest.document.lineOf(finding.path)}`);
}

/** What the cluster holds and nobody can read, under the name it has there. */
function unread({ id, origin, findings }: SourceProblem): readonly AnalyzeFinding[] {
  const [kind = "", namespace = "", name] = id.split("/");
  const identity = name === undefined ? { kind: "MeshConfig", namespace: "", name: "mesh" } : { kind, namespace, name };
  return findings.map((finding) => about(finding, identity, origin));
}

async function meshObject(file: string | undefined): Promise<readonly StoredObject[]> {
  if (file === undefined) {
    return [];
  }
  const metadata = { name: "mesh", namespace: "", labels: {}, annotations: {} };
  return [{ kind: "MeshConfig", metadata, spec: await readMesh(file), origin: file }];
}

const NOTHING: ClusterContents = { objects: [], problems: [] };

/** Exit 0: no error among the findings; 1: some. What cannot be read rejects. */
export async function runAnalyze(options: AnalyzeOptions): Promise<number> {
  const terminal = standardTerminal();
  const cluster = options.cluster ? await (await import("./cluster-contents.ts")).clusterContents(options) : NOTHING;
  const manifests = await manifestsOf(options.filename);
  const judged = manifests.map(judgeAlone);
  const own = judged.flatMap(({ object }) => object ?? []);
  const byOrigin = new Map(manifests.map((manifest) => [originOf(manifest), manifest]));
  const together = analyze([...cluster.objects, ...own, ...(await meshObject(options.meshConfig))]);
  const findings = [
    ...cluster.problems.flatMap(unread),
    ...judged.flatMap((each) => each.findings),
    ...together.map((finding) => placed(finding, byOrigin)),
  ];
  terminal.out(render({ findings }, options.output, () => findingsAsText(terminal, findings), printYaml));
  return findings.some((finding) => finding.level === "error") ? 1 : 0;
}
