import type { TUnsafe } from "typebox";

/**
 * One node of a schema: JSON Schema that Kubernetes accepts as structural, and the TypeScript type of the values it admits.
 * The makers beside this file can only build such nodes: each has a `type`, none has `anyOf`, `const`, `$ref` or `patternProperties`.
 */
export type Node<T = unknown> = TUnsafe<T>;

/** The immutable TypeScript type of a node's values. */
export type TypeOf<N> = N extends Node<infer T> ? T : never;

/** A rule in CEL that the API server applies to the node; see Kubernetes' `x-kubernetes-validations`. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** A node as plain data, as a walker over schemas reads it. */
export interface SchemaJson {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly nullable?: true;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaJson>>;
  readonly additionalProperties?: SchemaJson;
  readonly items?: SchemaJson;
  readonly "x-kubernetes-int-or-string"?: true;
  readonly "x-kubernetes-list-type"?: "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-validations"?: readonly CelRule[];
  /** Numbers that protobuf JSON takes for the names of an enum; stripped from CRDs. */
  readonly "x-fairlead-enum-numbers"?: Readonly<Record<string, string>>;
  /** Marks a duration in Go's syntax; stripped from CRDs, where the pattern stays. */
  readonly "x-fairlead-duration"?: true;
}

/** Reads a node as plain data. */
export function schemaOf(node: Node): SchemaJson {
  return node as unknown as SchemaJson;
}
