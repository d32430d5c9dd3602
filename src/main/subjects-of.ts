import { readFile } from "node:fs/promises";
import type { World } from "../analysis/world.ts";
import { isJsonObject, ownField } from "../api/json-kind.ts";
import type { ObjectKey, StoredObject } from "../api/object.ts";
import { completed } from "../source/completed-name.ts";
import { decodedText } from "../source/decoded-text.ts";
import { piecesOf } from "../source/document-pieces.ts";
import { isMeshConfigMap, meshTextOf } from "../source/mesh-config-map-text.ts";
import { inspectMeshText, inspectMeshValue, type MeshInspection } from "../source/mesh-config-text.ts";
import type { Place } from "../source/place.ts";
import type { Manifest } from "../source/read-manifests.ts";
import { faultFinding, sourceFinding } from "../source/source-finding.ts";
import { toldFinding } from "../source/told-finding.ts";
import { CATALOGUE } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { type Verdict, validateObject } from "../validation/validate-object.ts";
import { findingsOf } from "./judges.ts";

export interface Identity {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One object that a user named, and what it is by itself. */
export interface Subject {
  readonly file: string;
  readonly place: Place;
  readonly identity: Identity;
  readonly raw: unknown;
  readonly placeOf: (path: string) => Place;
  /** Absent where it is no object at all, or holds the mesh configuration. */
  readonly verdict?: Verdict;
  /** What can be said without the rules over objects. */
  readonly findings: readonly Finding[];
  /** The object it puts among the others. */
  readonly object?: StoredObject;
  /** A kind that is another program's, and is not looked at. */
  readonly foreign: boolean;
}

/** Every object of a document, in order: a List has several. */
export function subjectsOf(manifest: Manifest, namespace: string): readonly Subject[] {
  const { file, document } = manifest;
  if (document.broken.length > 0) return [brokenSubject(manifest)];
  return piecesOf(document.value).map(({ value: raw, prefix }) => {
    const place = prefix === "" ? { line: document.line, column: 1 } : document.placeOf(prefix);
    const placeOf = (path: string): Place => document.placeOf(`${prefix}${path}`);
    const about = { file, place, identity: identityOf(raw), raw, placeOf, findings: [], foreign: false };
    const origin = `${file}:${place.line}`;
    const mesh = meshOf(manifest, { value: raw, prefix }, { namespace, origin });
    if (mesh !== undefined) return { ...about, ...mesh };
    return { ...about, ...judgedAlone(raw, { origin, seed: `${origin} ${prefix}` }) };
  });
}

function brokenSubject({ file, document }: Manifest): Subject {
  const place = { line: document.line, column: 1 };
  const findings = document.broken.map(faultFinding);
  return { file, place, identity: identityOf(document.outline), raw: undefined, placeOf: () => place, findings, foreign: false };
}

function judgedAlone(raw: unknown, { origin, seed }: { readonly origin: string; readonly seed: string }): Partial<Subject> {
  const verdict = validateObject(raw);
  if (verdict.warnings.some(({ code }) => code === CATALOGUE.foreignKind.code)) return { foreign: true };
  if (verdict.object === undefined) return { verdict };
  const object = { ...completed(verdict.object, seed), origin };
  return { verdict: { ...verdict, object }, object, identity: { kind: object.kind, ...named(verdict.object) } };
}

const named = ({ metadata: { namespace, name } }: StoredObject): Pick<Identity, "namespace" | "name"> => ({ namespace, name });

const MESH_FILE = /(?:^|[/\\])mesh\.ya?ml$/;

/** The mesh configuration: in its ConfigMap, or the file `mesh.yaml` that is nothing else. */
function meshOf(
  { file, document }: Manifest,
  { value, prefix }: { readonly value: unknown; readonly prefix: string },
  { namespace, origin }: { readonly namespace: string; readonly origin: string },
): (MeshInspection & { readonly identity?: Identity }) | undefined {
  if (isMeshConfigMap(value, { namespace })) {
    const mesh = meshTextOf(value, { document, prefix });
    if (mesh !== undefined) return inspectMeshText({ ...mesh, origin });
    const at = document.placeOf(`${prefix}data.mesh`);
    return { findings: [sourceFinding("meshKeyMissing", { name: "istio" }, { path: "data.mesh", ...at })] };
  }
  const bare = MESH_FILE.test(file) && isJsonObject(value) && !("kind" in value) && !("apiVersion" in value);
  if (!bare) return undefined;
  const inspection = inspectMeshValue(value, { origin }, (finding) => toldFinding(finding, value, document.placeOf));
  return { ...inspection, identity: MESH };
}

/** The mesh configuration in a file of its own. */
export async function meshSubject(file: string): Promise<Subject> {
  const inspection = inspectMeshText({ text: decodedText(await readFile(file)), origin: `${file}:1`, block: { line: 1, indent: 0 } });
  const place = { line: 1, column: 1 };
  return { file, place, identity: MESH, raw: undefined, placeOf: () => place, foreign: false, ...inspection };
}

const MESH: Identity = { kind: "MeshConfig", namespace: "", name: "mesh" };

/** What is told of a subject, in the light of a world or alone. */
export function toldOf({ findings, raw, verdict, placeOf }: Subject, world: World | undefined): readonly Finding[] {
  return verdict === undefined ? findings : findingsOf(raw, verdict, { world, placeOf });
}

/** The same of a key; empty where there is none. */
export function identityOfKey(key: ObjectKey | undefined): Identity {
  const [kind = "", namespace = "", name = ""] = key?.split("/") ?? [];
  return { kind, namespace, name };
}

/** `kind` and the like of a document that may be anything; empty where it says nothing. */
export function identityOf(value: unknown): Identity {
  const object = isJsonObject(value) ? value : {};
  const metadata = ownField(object, "metadata");
  const word = (of: unknown, name: string): string => {
    const found = isJsonObject(of) ? ownField(of, name) : undefined;
    return typeof found === "string" ? found : "";
  };
  return { kind: word(object, "kind"), namespace: word(metadata, "namespace"), name: word(metadata, "name") };
}
