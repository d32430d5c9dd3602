import { makeNode } from "./make-node.ts";
import { type CelRule, type Node, type SchemaJson, schemaOf, type TypeOf } from "./node.ts";

type Properties = Readonly<Record<string, Node<never> | Node>>;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** Fields named in `R` must be there, the others may be absent. */
export type FieldsOf<P, R> = Simplify<
  { readonly [K in keyof P as K extends R ? K : never]: TypeOf<P[K]> } & {
    readonly [K in keyof P as K extends R ? never : K]?: TypeOf<P[K]>;
  }
>;

export interface FieldsLimits<R> {
  readonly required?: readonly R[];
  readonly rules?: readonly CelRule[];
  /** Keep fields that are not named here, as other programs may write them. */
  readonly open?: boolean;
}

/** An object with known fields, each of which may be absent unless it is named in `required`. Unknown fields are pruned, not refused. */
export function Fields<const P extends Properties, R extends keyof P & string = never>(
  description: string,
  properties: P,
  limits: FieldsLimits<R> = {},
): Node<FieldsOf<P, R>> {
  const inner: Record<string, SchemaJson> = {};
  for (const [name, node] of Object.entries(properties)) inner[name] = schemaOf(node);
  return makeNode({
    type: "object",
    description,
    properties: inner,
    ...(limits.required && { required: [...limits.required] }),
    ...(limits.rules && { "x-kubernetes-validations": limits.rules }),
    ...(limits.open && { "x-kubernetes-preserve-unknown-fields": true }),
  });
}
