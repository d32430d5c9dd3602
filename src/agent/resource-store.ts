import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AdsSource } from "../rpc/ads-session.ts";
import { type ResourceType, TYPE_URLS } from "../rpc/resource.ts";
import { openResourceTable, type ResourceTable } from "./resource-table.ts";

/** The last configuration received, on disk: what Envoy is served from, with or without a controller. */
export interface ResourceStore extends AdsSource {
  table(type: ResourceType): ResourceTable;
  close(): void;
}

export const RESOURCE_TYPES = Object.keys(TYPE_URLS) as readonly ResourceType[];

/** Opens the folder, making it when it is not there. Throws when it cannot be written. */
export function openResourceStore(folder: string): ResourceStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tables = new Map(RESOURCE_TYPES.map((type) => [type, openResourceTable(join(folder, `${type}.log`))]));
  const table = (type: ResourceType): ResourceTable => {
    const found = tables.get(type);
    if (found === undefined) throw new Error(`no table of type ${type}`);
    return found;
  };
  return {
    table,
    names: (type) => table(type).names(),
    get: (type, name) => table(type).get(name),
    close: () => {
      for (const one of tables.values()) one.close();
    },
  };
}

/** Undefined for types that fairlead does not speak. */
export function resourceTypeOf(typeUrl: string): ResourceType | undefined {
  return RESOURCE_TYPES.find((type) => TYPE_URLS[type] === typeUrl);
}
