import type { ObjectKey, StoredObject } from "../../src/api/object.ts";
import type { Delta } from "../../src/api/store.ts";
import type { Log } from "../../src/source/log.ts";
import { until } from "./child.ts";

/** What a source has told so far. */
export interface Collected {
  readonly deltas: Delta[];
  readonly objects: Map<ObjectKey, StoredObject>;
  readonly listener: (delta: Delta) => void;
  /** Resolves when the object is there and is as asked, or, without `test`, when it is gone. */
  wait(key: string, test?: (object: StoredObject) => boolean): Promise<void>;
}

export function collect(): Collected {
  const deltas: Delta[] = [];
  const objects = new Map<ObjectKey, StoredObject>();
  const holds = (key: string, test: ((object: StoredObject) => boolean) | undefined): boolean => {
    const object = objects.get(key as ObjectKey);
    return test === undefined ? object === undefined : object !== undefined && test(object);
  };
  return {
    deltas,
    objects,
    listener: (delta) => {
      deltas.push(delta);
      for (const [key, { after }] of delta) {
        if (after === undefined) objects.delete(key);
        else objects.set(key, after);
      }
    },
    wait: (key, test) =>
      until(
        () => holds(key, test),
        () => `${key} did not become what was asked; it is ${JSON.stringify(objects.get(key as ObjectKey))}`,
        20,
      ),
  };
}

/** A log that keeps its lines. */
export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
