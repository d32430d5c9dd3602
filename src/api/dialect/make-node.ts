import { Type } from "typebox";
import type { Node, SchemaJson } from "./node.ts";

/** Gives JSON Schema its TypeScript type. Only the makers of this folder call it. */
export function makeNode<T>(schema: SchemaJson): Node<T> {
  return Type.Unsafe<T>(schema as object);
}
