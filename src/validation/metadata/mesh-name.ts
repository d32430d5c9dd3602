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
  /** It is of the mesh, and this version does not carry it out. */
  readonly isIdle: boolean;
}

/** What is read of workloads is read of those outside the cluster too. */
export const WORKLOAD: readonly string[] = ["Pod", "WorkloadEntry", "WorkloadGroup"];
