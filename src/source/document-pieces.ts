import { isJsonObject, type JsonObject, ownField } from "../api/json-kind.ts";

/** One object of a document: the document itself, or an entry of a List. */
export interface Piece {
  readonly value: unknown;
  /** Path of the piece in its document, with a dot behind it unless empty. */
  readonly prefix: string;
}

/** The objects of a document: one, or those of a `List`, or of a `PodList` and the like, as kubectl prints them. */
export function piecesOf(document: unknown): readonly Piece[] {
  const list = isJsonObject(document) ? itemsOf(document) : undefined;
  return list?.map((value, index) => ({ value, prefix: `items[${index}].` })) ?? [{ value: document, prefix: "" }];
}

function itemsOf(document: JsonObject): readonly unknown[] | undefined {
  const [kind, items, apiVersion] = ["kind", "items", "apiVersion"].map((name) => ownField(document, name));
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return undefined;
  const itemKind = kind.slice(0, -"List".length);
  // The API server leaves out of the entries what the list says already.
  const whole = (item: unknown): unknown => (isJsonObject(item) && !("kind" in item) ? { apiVersion, kind: itemKind, ...item } : item);
  return itemKind === "" ? items : items.map(whole);
}
