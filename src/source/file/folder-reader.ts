import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import type { EntryOptions } from "./file-entry.ts";
import { type FolderListing, listFolder } from "./list-folder.ts";

/** What became of one file. `file` is absent when it is gone; `fault` says why it could not be read, and then nothing else is known. */
export interface FileChange {
  readonly path: string;
  readonly file?: ConfigFile;
  readonly fault?: string;
}

/** Reads the files of a folder, each anew only when it was touched. */
export interface FolderReader {
  /** Looks at the whole folder. Throws when the folder itself cannot be read. */
  readAll(): Promise<{ readonly changes: readonly FileChange[]; readonly folders: FolderListing["folders"] }>;
  /** Looks at these files only. */
  readSome(paths: readonly string[]): Promise<readonly FileChange[]>;
}

export interface FolderReaderOptions extends EntryOptions {
  readonly dir: string;
  /** Real paths of folders inside it that are not configuration. */
  readonly skip: readonly string[];
}

const SLICE_MS = 8;

export function createFolderReader(options: FolderReaderOptions): FolderReader {
  const files = new Map<string, ConfigFile>();
  let marks: FolderListing["files"] = new Map();
  const readOne = async (path: string): Promise<FileChange | undefined> => {
    const before = files.get(path);
    let text: string;
    try {
      text = await readFile(join(options.dir, path), "utf8");
    } catch (error) {
      if (!isGone(error)) return { path, fault: (error as Error).message };
      return files.delete(path) ? { path } : undefined;
    }
    if (before?.text === text) return undefined;
    const file = readConfigFile(path, text, before, options);
    files.set(path, file);
    return { path, file };
  };
  const readSome = async (paths: readonly string[]): Promise<readonly FileChange[]> => {
    const changes: FileChange[] = [];
    let sliceEnds = performance.now() + SLICE_MS;
    for (const path of paths) {
      const change = await readOne(path);
      if (change !== undefined) changes.push(change);
      if (performance.now() < sliceEnds) continue;
      await nextTurn();
      sliceEnds = performance.now() + SLICE_MS;
    }
    return changes;
  };
  return {
    readSome,
    readAll: async () => {
      const listing = await listFolder(options.dir, options.skip);
      const written = [...listing.files].filter(([path, mark]) => marks.get(path) !== mark).map(([path]) => path);
      const gone = [...files.keys()].filter((path) => !listing.files.has(path));
      marks = listing.files;
      return { changes: await readSome([...written, ...gone].sort()), folders: listing.folders };
    },
  };
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}
