import type { ProxyConfigOptions } from "../program.ts";
import type { Json, ProxyState } from "./config-dump.ts";

export type Filters = Pick<ProxyConfigOptions, "name" | "port" | "cluster" | "fqdn" | "subset" | "address">;

/** One thing a proxy holds: its rows in the table, and the whole of it. */
export interface Item {
  readonly rows: readonly (readonly string[])[];
  readonly whole: Json;
}

/** How one section of a proxy's state is shown; columns are istioctl's. */
export interface SectionView {
  readonly header: readonly string[];
  items(state: ProxyState, filters: Filters): readonly Item[];
}

/** True where no value is asked for, or this one is. */
export function wanted(asked: string | number | undefined, value: string): boolean {
  return asked === undefined || String(asked) === value;
}
