import { fieldPath } from "../../api/field-path.ts";
import { isJsonObject, ownField } from "../../api/json-kind.ts";
import { meanwhileOf } from "../../api/unbuilt/unbuilt-field.ts";
import { nearest } from "../../base/nearest.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../bounded.ts";
import { isOfTheMesh, meshName, unknownName } from "./known-names.ts";
import { NAMESPACE_LABEL } from "./mesh-labels.ts";
import { isIdle, type MeshName, type Sort } from "./mesh-name.ts";
import { type Site, sites } from "./sites.ts";

const FIELDS: { readonly [S in Sort]: string } = { label: "labels", annotation: "annotations" };

interface Written {
  readonly name: string;
  readonly value: unknown;
  readonly sort: Sort;
  readonly site: Site;
  readonly path: string;
}

/** Where the object, or what it makes, has a place for such a name; else the kinds of objects that have one. */
function home({ on, sort, name }: MeshName, all: readonly Site[]): string {
  const own = all.find((site) => site.on !== undefined && (on === undefined || on.includes(site.on)));
  if (own !== undefined) return `under ${own.path}.${FIELDS[sort]}`;
  if (on?.includes("Pod")) return `under ${FIELDS[sort]} of the pods, in a template under spec.template.metadata`;
  return `under ${FIELDS[sort]} of ${name === NAMESPACE_LABEL ? "the" : "a"} ${on?.join(" or ")}`;
}

function values(site: Site, sort: Sort): Readonly<Record<string, unknown>> {
  const map = ownField(site.metadata, FIELDS[sort]);
  return isJsonObject(map) ? map : {};
}

/** Whether it is also where it counts: then it was only copied, as charts copy all labels everywhere. */
function isAtHomeToo({ on, sort, name }: MeshName, all: readonly Site[]): boolean {
  return all.some((site) => site.on !== undefined && on?.includes(site.on) && Object.hasOwn(values(site, sort), name));
}

function isMisplaced({ on }: MeshName, { site }: Written): boolean {
  return on !== undefined && site.on !== undefined && !on.includes(site.on);
}

/** Installers put their labels on everything they make: that one stands on a Service too says nothing of what was meant. */
function isCopy({ sort, site }: Written, all: readonly Site[]): boolean {
  return sort === "label" && site.on !== "Namespace" && !all.some(({ on }) => on === "Pod");
}

function knownFindings(known: MeshName, written: Written, all: readonly Site[]): readonly Finding[] {
  const { name, value, sort, site, path } = written;
  if (isMisplaced(known, written)) {
    const other = otherSort(written);
    if (other !== undefined && !isMisplaced(other, written)) return asOther(other, written, all);
    if (isAtHomeToo(known, all) || isCopy(written, all)) return [];
    return [finding("misplacedName", path, { what: sort, name, kind: site.on ?? "", home: home(known, all) })];
  }
  return valueFindings(known, { value, path });
}

function valueFindings({ name, form, use }: MeshName, { value, path }: Pick<Written, "value" | "path">): readonly Finding[] {
  if (typeof value !== "string")
    return [finding("badMetadataValue", path, { value: JSON.stringify(value), name, form: 'text, in quotes: "…"' })];
  if (!form.accepts(value)) return [finding("badMetadataValue", path, { value, name, form: form.words })];
  return isIdle(use) && !use.unless?.includes(value) ? [finding("notBuilt", path, { meanwhile: meanwhileOf(use) })] : [];
}

/** A label that is read as annotation, or the reverse. */
function asOther(other: MeshName, { name, sort, path }: Written, all: readonly Site[]): readonly Finding[] {
  if (isAtHomeToo(other, all)) return [];
  return [finding("otherSort", path, { name, right: other.sort, what: sort, home: home(other, all) })];
}

function otherSort({ name, sort }: Written): MeshName | undefined {
  return meshName(name, sort === "label" ? "annotation" : "label");
}

function unknownFindings(written: Written, all: readonly Site[]): readonly Finding[] {
  const { name, sort, path } = written;
  const other = otherSort(written);
  if (other !== undefined) return asOther(other, written, all);
  const unknown = isOfTheMesh(name) ? unknownName(name) : likeNamespaceLabel(written);
  if (unknown === undefined) return [];
  return [finding("unknownName", path, { what: sort, name, hint: unknown.meant === undefined ? "" : `; did you mean ${unknown.meant}?` })];
}

/** A namespace's label that is nearly the one that switches injection on, with a value that only that one has. */
function likeNamespaceLabel({ name, value, sort, site }: Written): { readonly meant: string } | undefined {
  if (site.on !== "Namespace" || sort !== "label" || (value !== "enabled" && value !== "disabled")) return undefined;
  return name.startsWith("istio") && nearest(name, [NAMESPACE_LABEL]) !== undefined ? { meant: NAMESPACE_LABEL } : undefined;
}

function siteNames(site: Site): readonly Written[] {
  return (["label", "annotation"] as const).flatMap((sort) =>
    Object.entries(values(site, sort)).map(([name, value]) => {
      return { name, value, sort, site, path: fieldPath(`${site.path}.${FIELDS[sort]}`, name) };
    }),
  );
}

/**
 * Warnings for labels and annotations of the mesh that are unknown, stand where they have no effect, or have a value that cannot be read: of the
 * object itself and of the pods it makes. For a document of any kind, as it was written.
 */
export function metadataFindings(raw: unknown): readonly Finding[] {
  if (!isJsonObject(raw)) return [];
  const all = sites(raw);
  return untilMany(all.flatMap(siteNames), "metadata", (written) => {
    const known = meshName(written.name, written.sort);
    return known === undefined ? unknownFindings(written, all) : knownFindings(known, written, all);
  });
}
