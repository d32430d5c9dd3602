import type { WorkloadOwner } from "./injection-input.ts";
import { fieldAt, isObject, type JsonObject, objectAt, textAt } from "./json-object.ts";

/** A pod's place in a document; the empty path is the document itself. */
export type TemplatePath = readonly string[];

/** Where a document has its pod: Pod, anything with `spec.template` that has containers, CronJob; absent where it has none. */
export function templatePath(document: JsonObject): TemplatePath | undefined {
  if (document.kind === "Pod") return [];
  const path = document.kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
  const template = path.reduce<unknown>(fieldAt, document);
  // A template without containers is something else's: a certificate's, a workflow's.
  return isObject(template) && Array.isArray(fieldAt(fieldAt(template, "spec"), "containers")) ? path : undefined;
}

export function ownerOf(document: JsonObject): { readonly owner?: WorkloadOwner } {
  const name = textAt(objectAt(document, "metadata"), "name");
  if (document.kind === "Pod" || name === undefined) return {};
  return { owner: { apiVersion: textAt(document, "apiVersion") ?? "v1", kind: textAt(document, "kind") ?? "Pod", name } };
}

/** Namespace that a document names, else kubectl's own. */
export function namespaceOf(document: JsonObject): string {
  return textAt(objectAt(document, "metadata"), "namespace") || "default";
}

/** The members of a List, or undefined for anything else. */
export function itemsOf(document: JsonObject): readonly unknown[] | undefined {
  const items = fieldAt(document, "items");
  return (textAt(document, "kind") ?? "").endsWith("List") && Array.isArray(items) ? items : undefined;
}
