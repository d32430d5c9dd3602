import type { Kind, StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import { analyzeObject } from "./analyze-object.ts";
import { createWorld } from "./live-world.ts";

/** A finding, and the object it is about. */
export interface ObjectFinding extends Finding {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** Where the object was read, `orders.yaml:12`; absent where it came from the API server. */
  readonly source?: string;
}

/** Judges all objects together, in their order. */
export function analyze(objects: Iterable<StoredObject>): readonly ObjectFinding[] {
  const list = [...objects];
  const world = createWorld(list);
  return list.flatMap((object) => {
    const { kind, metadata, origin } = object;
    const about = { kind, namespace: metadata.namespace, name: metadata.name, ...(origin !== undefined && { source: origin }) };
    return analyzeObject(object, world).map((found) => ({ ...found, ...about }));
  });
}
