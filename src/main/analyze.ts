import { isAnalysed } from "../analysis/analyze-object.ts";
import { OF_CLUSTER, OF_DOCUMENTS } from "../analysis/knowledge.ts";
import { createWorld } from "../analysis/live-world.ts";
import { unsuppressed } from "../analysis/unsuppressed.ts";
import type { World } from "../analysis/world.ts";
import { OWN_GROUPS } from "../api/kinds.ts";
import { keyOf, type ObjectKey, type StoredObject } from "../api/object.ts";
import { type AnalyzeFinding, findingsAsText } from "../cli/findings-text.ts";
import type { AnalyzeOptions } from "../cli/program.ts";
import { render } from "../cli/render.ts";
import type { ClusterContents, UnenforcedObject } from "../source/kubernetes/read-cluster.ts";
import { printYaml } from "../source/print-yaml.ts";
import { sourceFinding } from "../source/source-finding.ts";
import type { SourceProblem } from "../source/source-problem.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { judge } from "./judges.ts";
import { manifestsOf } from "./manifests-of.ts";
import { type Identity, identityOf, meshSubject, type Subject, subjectsOf, toldOf } from "./subjects-of.ts";
import { standardTerminal } from "./terminal.ts";

const NOTHING: ClusterContents = { objects: [], problems: [], raws: [], unenforced: [] };

const sourceOf = (file: string, { line }: Finding): string => (line === undefined ? file : `${file}:${line}`);

function about(finding: Finding, { kind, namespace, name }: Identity, source: string | undefined): AnalyzeFinding {
  const { code, level, path, message, ...rest } = finding;
  return { code, level, kind, namespace, name, path, message, ...(source !== undefined && { source }), ...rest };
}

/** What the cluster holds and nobody can read, under the name it has there. */
function unread({ id, origin, findings }: SourceProblem): readonly AnalyzeFinding[] {
  const [kind = "", namespace = "", name] = id.split("/");
  const identity = name === undefined ? { kind: "MeshConfig", namespace: "", name: "mesh" } : { kind, namespace, name };
  return findings.map((finding) => about(finding, identity, origin));
}

/** What the cluster holds and nobody carries out. */
function withoutEffect({ kind: { kind, meaning, instead }, namespace, name }: UnenforcedObject): AnalyzeFinding {
  return about(finding("kindUnenforced", "kind", { kind, meaning, instead }), { kind, namespace, name }, undefined);
}

/** Of several places that claim one name the first counts, as in a folder that `standalone` reads; the others are told. */
function claimsOf(subjects: readonly Subject[]): ReadonlyMap<ObjectKey, Subject> {
  const first = new Map<ObjectKey, Subject>();
  for (const subject of subjects) {
    if (subject.object !== undefined && !first.has(keyOf(subject.object))) first.set(keyOf(subject.object), subject);
  }
  return first;
}

const originOf = ({ file, place }: Subject): string => `${file}:${place.line}`;

function secondClaim(subject: Subject, claims: ReadonlyMap<ObjectKey, Subject>): readonly Finding[] {
  const first = subject.object && claims.get(keyOf(subject.object));
  if (first === undefined || first === subject) return [];
  if (subject.object?.kind === "MeshConfig") {
    return [sourceFinding("twoMeshConfigs", { first: originOf(first), second: originOf(subject) }, subject.place)];
  }
  const { kind, namespace, name } = subject.identity;
  const path = "metadata.name";
  const values = { object: `${kind}/${namespace}/${name}`, other: originOf(first) };
  return [sourceFinding("sameName", values, { path, ...subject.placeOf(path) })];
}

function findingsAbout(subject: Subject, world: World, claims: ReadonlyMap<ObjectKey, Subject>): readonly AnalyzeFinding[] {
  const found = unsuppressed([...secondClaim(subject, claims), ...toldOf(subject, world)], subject.raw);
  return found.map((finding) => about(finding, subject.identity, sourceOf(subject.file, finding)));
}

/** Objects of the cluster are judged as they are stored there, unless a file has a newer version. */
function findingsInCluster({ raws }: ClusterContents, world: World, claims: ReadonlyMap<ObjectKey, Subject>): readonly AnalyzeFinding[] {
  const ours = raws.filter(({ apiVersion, kind }) => OWN_GROUPS.has(apiVersion?.split("/")[0] ?? "") || isAnalysed(kind));
  return ours.flatMap((raw) => {
    const identity = identityOf(raw);
    if (claims.has(`${identity.kind}/${identity.namespace}/${identity.name}` as ObjectKey)) return [];
    return unsuppressed(judge(raw, world), raw).map((finding) => about(finding, identity, undefined));
  });
}

async function subjectsNamed({ filename, meshConfig, istioNamespace }: AnalyzeOptions): Promise<readonly Subject[]> {
  const documents = (await manifestsOf(filename)).flatMap((manifest) => subjectsOf(manifest, istioNamespace));
  return meshConfig === undefined ? documents : [await meshSubject(meshConfig), ...documents];
}

/** Exit 0: no error among the findings; 1: some. What cannot be read rejects. */
export async function runAnalyze(options: AnalyzeOptions): Promise<number> {
  const terminal = standardTerminal();
  const cluster = options.cluster ? await (await import("./cluster-contents.ts")).clusterContents(options) : NOTHING;
  const subjects = await subjectsNamed(options);
  const claims = claimsOf(subjects);
  const own: readonly StoredObject[] = [...claims.values()].flatMap(({ object }) => object ?? []);
  const world = createWorld([...cluster.objects, ...own], options.cluster ? OF_CLUSTER : OF_DOCUMENTS);
  const findings = [
    ...cluster.problems.flatMap(unread),
    ...cluster.unenforced.map(withoutEffect),
    ...findingsInCluster(cluster, world, claims),
    ...subjects.flatMap((subject) => findingsAbout(subject, world, claims)),
  ];
  const foreign = subjects.filter((subject) => subject.foreign).length;
  terminal.out(render({ findings }, options.output, () => findingsAsText(terminal, findings, foreign), printYaml));
  return findings.some((finding) => finding.level === "error") ? 1 : 0;
}
