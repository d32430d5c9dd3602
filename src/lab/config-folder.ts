import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { printYaml } from "../source/print-yaml.ts";
import type { ClusterObject } from "./cluster-object.ts";

/** The folder that the control plane watches: one file an object, as people would keep it. */
export interface ConfigFolder {
  readonly path: string;
  /** Creates or replaces an object. */
  apply(object: ClusterObject): Promise<void>;
  remove(kind: string, namespace: string, name: string): Promise<void>;
  /** What was applied and not removed. */
  list(kind: string): readonly ClusterObject[];
  /** Path of an object's file. */
  fileOf(kind: string, namespace: string, name: string): string;
}

/** Makes the folder. */
export async function openConfigFolder(path: string): Promise<ConfigFolder> {
  await mkdir(path, { recursive: true });
  const objects = new Map<string, ClusterObject>();
  const fileOf = (kind: string, namespace: string, name: string) =>
    join(path, `${[kind.toLowerCase(), namespace, name].filter((part) => part !== "").join(".")}.yaml`);
  return {
    path,
    fileOf,
    list: (kind) => [...objects.values()].filter((object) => object.kind === kind),
    apply: async (object) => {
      const file = fileOf(object.kind, object.metadata.namespace ?? "", object.metadata.name);
      objects.set(file, object);
      await replaceFile(file, printYaml(object));
    },
    remove: async (kind, namespace, name) => {
      const file = fileOf(kind, namespace, name);
      objects.delete(file);
      await rm(file, { force: true });
    },
  };
}

/** Whole or not at all: a watcher never reads half a file. An unchanged file is left alone. */
async function replaceFile(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => undefined)) === text) return;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
