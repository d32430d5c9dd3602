import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

/**
 * One of several names. `numbers` are the protobuf numbers of the names where protobuf JSON may write them so;
 * left out, a name's number is its place in `names`.
 */
export function StringEnum<const N extends readonly string[]>(
  description: string,
  names: N,
  numbers?: Readonly<Partial<Record<N[number], number>>>,
): Node<N[number]> {
  const byNumber: Record<string, string> = {};
  for (const [index, name] of names.entries()) byNumber[String(numbers?.[name as N[number]] ?? index)] = name;
  return makeNode({ type: "string", description, enum: [...names], "x-fairlead-enum-numbers": byNumber });
}
