import type { Meanwhile } from "../../api/unbuilt/unbuilt-field.ts";
import type { ValueForm } from "./value-form.ts";

/** Labels and annotations are told apart: one written as the other is not read. */
export type Sort = "label" | "annotation";

/** A label or annotation of the mesh, and where it is read. */
export interface MeshName {
  readonly name: string;
  readonly sort: Sort;
  /** Kinds of objects that it counts on; `Pod` is also what a pod template makes. Absent: any. */
  readonly on: readonly string[] | undefined;
  readonly form: ValueForm;
  readonly use: Use;
}

/**
 * What becomes of it: it is read; or it is a record, which asks for nothing: programs of Istio write it down, or it is for a kind that is
 * carried out by other programs; or it asks for what this version does not do.
 */
export type Use = "read" | "record" | Idle;

export interface Idle extends Meanwhile {
  /** Values that ask for what happens anyway. */
  readonly unless?: readonly string[];
}

export function isIdle(use: Use): use is Idle {
  return typeof use === "object";
}

export const NO_AMBIENT = "there is no ambient mode, only sidecars";

/** A name, what values it takes, and what becomes of it where it is not read. */
export type Row = readonly [name: string, form: ValueForm, use?: Use];

/** Names of one sort that count on the same kinds of objects. */
export function namesOf(sort: Sort, on: readonly string[] | undefined, list: readonly Row[]): readonly MeshName[] {
  return list.map(([name, form, use = "read"]) => ({ name, sort, on, form, use }));
}

/** What is read of workloads is read of those outside the cluster too. */
export const WORKLOAD: readonly string[] = ["Pod", "WorkloadEntry", "WorkloadGroup"];
