import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import type { EntryOptions } from "./file-entry.ts";
import { type FolderListing, listFolder } from "./list-folder.ts";
import { readConfigText } from "./read-config-text.ts";

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
  const faulty = new Set<string>();
  const readOne = async (path: string): Promise<FileChange | undefined> => {
    const before = files.get(path);
    const read = await readConfigText(join(options.dir, path));
    if ("fault" in read) {
      faulty.add(path);
      return { path, fault: read.fault };
    }
    const wasFaulty = faulty.delete(path);
    if ("gone" in read) return files.delete(path) || wasFaulty ? { path } : undefined;
    // The same as before a fault is news all the same: the fault is over.
    if (before?.text === read.text) return wasFaulty ? { path, file: before } : undefined;
    const file = readConfigFile(path, read.text, before, options);
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
      const gone = [...new Set([...files.keys(), ...faulty])].filter((path) => !listing.files.has(path));
      marks = listing.files;
      return { changes: await readSome([...written, ...gone].sort()), folders: listing.folders };
    },
  };
}
