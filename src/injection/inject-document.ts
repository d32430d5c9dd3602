import { ok, type Result } from "../base/result.ts";
import { inject } from "./inject.ts";
import type { Injected, InjectionInput } from "./injection-input.ts";
import { fieldAt, isObject, type JsonObject, objectAt, textAt } from "./json-object.ts";
import type { PatchOperation } from "./patch-operations.ts";
import { itemsOf, namespaceOf, ownerOf, type TemplatePath, templatePath } from "./pod-template.ts";
import type { Refusal } from "./refusal.ts";

/** What holds for all documents of one call. */
export interface DocumentInput extends Pick<InjectionInput, "mesh" | "values" | "kubeVersion" | "revision" | "parseYaml"> {
  /** What a namespace asks of the resources of its pods, as far as it is known. */
  readonly limitsIn?: (namespace: string) => InjectionInput["limits"];
}

/** What holds for a document in its namespace. */
export function inputIn(namespace: string, { limitsIn, ...input }: DocumentInput): Omit<InjectionInput, "pod" | "namespaceLabels"> {
  const limits = limitsIn?.(namespace);
  return { ...input, namespace, ...(limits && { limits }) };
}

export interface InjectedDocument {
  readonly document: unknown;
  /** Operations on the document itself; empty where nothing was injected. */
  readonly patch: readonly PatchOperation[];
  readonly warnings: readonly string[];
}

/** Which document was refused, and why. */
export interface DocumentRefusal extends Refusal {
  readonly kind: string;
  readonly name: string;
}

/**
 * Injects the pod, or the pod template, of one document: Pod, anything with `spec.template` that has containers, CronJob, and Lists
 * of these. Everything else comes back untouched.
 */
export function injectDocument(document: unknown, input: DocumentInput): Result<InjectedDocument, DocumentRefusal> {
  if (!isObject(document)) return ok({ document, patch: [], warnings: [] });
  const items = itemsOf(document);
  if (items !== undefined) return injectList(document, items, input);
  const path = templatePath(document);
  if (path === undefined) return ok({ document, patch: [], warnings: [] });
  const pod = path.reduce<unknown>(fieldAt, document);
  const injected = inject({
    ...inputIn(namespaceOf(document), input),
    ...ownerOf(document),
    pod,
    namespaceLabels: {},
    byHand: true,
  });
  if (!injected.ok) return { ok: false, error: located(document, path, injected.error) };
  return ok(replaced(document, path, injected.value));
}

function injectList(list: JsonObject, items: readonly unknown[], input: DocumentInput): Result<InjectedDocument, DocumentRefusal> {
  const done: InjectedDocument[] = [];
  for (const item of items) {
    const injected = injectDocument(item, input);
    if (!injected.ok) return injected;
    done.push(injected.value);
  }
  return ok({
    document: { ...list, items: done.map((item) => item.document) },
    patch: done.flatMap((item, index) => prefixed(`/items/${index}`, item.patch)),
    warnings: done.flatMap((item) => item.warnings),
  });
}

function replaced(document: JsonObject, path: TemplatePath, injected: Injected): InjectedDocument {
  const pointer = path.map((step) => `/${step}`).join("");
  const patch = prefixed(pointer, injected.patch);
  const changed = patch.length === 0 ? document : put(document, path, injected.pod);
  return { document: changed, patch, warnings: injected.warnings };
}

function put(holder: unknown, [step, ...rest]: TemplatePath, value: JsonObject): unknown {
  if (step === undefined) return value;
  return { ...(holder as JsonObject), [step]: put(fieldAt(holder, step), rest, value) };
}

function prefixed(pointer: string, patch: readonly PatchOperation[]): readonly PatchOperation[] {
  return patch.map((operation) => ({ ...operation, path: pointer + operation.path }));
}

function located(document: JsonObject, path: TemplatePath, refusal: Refusal): DocumentRefusal {
  const name = textAt(objectAt(document, "metadata"), "name") ?? "";
  return {
    kind: textAt(document, "kind") ?? "",
    name,
    path: [...path, refusal.path].filter((part) => part !== "").join("."),
    message: refusal.message,
  };
}
