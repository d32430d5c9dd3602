import { makeNode } from "./make-node.ts";
import type { CelRule, Node } from "./node.ts";

export interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly rules?: readonly CelRule[];
}

/** A whole number; of 32 bits with a sign, as protobuf's int32, where no limit is given. */
export function Whole(description: string, limits: NumberLimits = {}): Node<number> {
  const { rules, ...range } = limits;
  const bits = Object.keys(range).length === 0 ? { minimum: -2147483648, maximum: 2147483647 } : {};
  return makeNode({ type: "integer", description, ...bits, ...range, ...(rules && { "x-kubernetes-validations": rules }) });
}

/** A whole number of 0 to 2^32-1, as protobuf's uint32. */
export function Unsigned(description: string, rules?: readonly CelRule[]): Node<number> {
  return Whole(description, { minimum: 0, maximum: 4294967295, ...(rules && { rules }) });
}

/** A number that may have a fraction. */
export function Decimal(description: string, limits: NumberLimits = {}): Node<number> {
  return makeNode({ type: "number", format: "double", description, ...limits });
}
