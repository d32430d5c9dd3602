import { makeNode } from "./make-node.ts";
import type { Node } from "./node.ts";

export interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A whole number of 32 bits, signed unless `minimum` is 0 or more. */
export function Whole(description: string, limits: NumberLimits = {}): Node<number> {
  return makeNode({ type: "integer", description, ...limits });
}

/** A whole number of 0 to 2^32-1, as protobuf's uint32. */
export function Unsigned(description: string): Node<number> {
  return Whole(description, { minimum: 0, maximum: 4294967295 });
}

/** A number that may have a fraction. */
export function Decimal(description: string, limits: NumberLimits = {}): Node<number> {
  return makeNode({ type: "number", format: "double", description, ...limits });
}
