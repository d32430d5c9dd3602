import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { isConfigName } from "./list-folder.ts";

/** Hears of changes in a set of folders. One watcher a folder: the recursive mode of fs.watch loses new folders and links on Linux. */
export interface FolderWatch {
  /** The folders to hear of from now on: relative path → a mark of its identity. */
  follow(folders: ReadonlyMap<string, string>): void;
  close(): void;
}

/** `path` is a file that was touched; without it anything may have changed. */
export type Touched = (path?: string) => void;

export function createFolderWatch(root: string, touched: Touched, log: Log): FolderWatch {
  const watchers = new Map<string, { readonly mark: string; readonly watcher: FSWatcher }>();
  const drop = (folder: string): void => {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  };
  const add = (folder: string, mark: string): void => {
    try {
      const watcher = watch(join(root, folder), { persistent: false }, (_event, name) => touched(pathOf(folder, name)));
      watcher.on("error", () => drop(folder));
      watchers.set(folder, { mark, watcher });
    } catch (error) {
      log.warn(
        { folder: join(root, folder), reason: String(error) },
        "the folder cannot be watched, it is looked at from time to time instead",
      );
    }
  };
  return {
    follow: (folders) => {
      for (const [folder, { mark }] of [...watchers]) if (folders.get(folder) !== mark) drop(folder);
      for (const [folder, mark] of folders) if (!watchers.has(folder)) add(folder, mark);
    },
    close: () => {
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}

/** A name that is no configuration file may be a folder, or the link by which a mounted ConfigMap is swapped. */
function pathOf(folder: string, name: string | null): string | undefined {
  if (name === null || !isConfigName(name)) return undefined;
  return folder === "" ? name : `${folder}/${name}`;
}
