import { makeNode } from "./make-node.ts";
import type { CelRule, Node } from "./node.ts";

export interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Anchored by the author; must be understood alike by RE2 and by JavaScript. */
  readonly pattern?: string;
  /** `byte` is base64. */
  readonly format?: "date-time" | "byte";
  readonly rules?: readonly CelRule[];
}

/** A string. */
export function Text(description: string, limits: TextLimits = {}): Node<string> {
  const { rules, ...rest } = limits;
  return makeNode({ type: "string", description, ...rest, ...(rules && { "x-kubernetes-validations": rules }) });
}
