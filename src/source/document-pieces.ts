import { isJsonObject, type JsonObject, ownField } from "../api/json-kind.ts";

/** One object of a document: the document itself, or an entry of a List. */
export interface Piece {
  readonly value: unknown;
  /** Path of the piece in its document, with a dot behind it unless empty. */
  readonly prefix: string;
}

/** Lists in Lists that are opened; nobody writes more. One that lies deeper is told as a kind of another program, so as not looked at. */
const DEEPEST = 16;

/** The objects of a document: one, or those of a `List`, or of a `PodList` and the like, as kubectl prints them; Lists in it as well. */
export function piecesOf(document: unknown): readonly Piece[] {
  return opened({ value: document, prefix: "" }, 0);
}

function opened(piece: Piece, depth: number): readonly Piece[] {
  const items = depth < DEEPEST && isJsonObject(piece.value) ? itemsOf(piece.value) : undefined;
  if (items === undefined) return [piece];
  return items.flatMap((value, index) => opened({ value, prefix: `${piece.prefix}items[${index}].` }, depth + 1));
}

function itemsOf(document: JsonObject): readonly unknown[] | undefined {
  const [kind, items, apiVersion] = ["kind", "items", "apiVersion"].map((name) => ownField(document, name));
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return undefined;
  const itemKind = kind.slice(0, -"List".length);
  // The API server leaves out of the entries what the list says already.
  const whole = (item: unknown): unknown => (isJsonObject(item) && !("kind" in item) ? { apiVersion, kind: itemKind, ...item } : item);
  return itemKind === "" ? items : items.map(whole);
}
