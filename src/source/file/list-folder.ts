import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

export interface FolderListing {
  /** Files that may hold configuration, and what has the name of one, relative with `/` → a mark that differs when the file was written. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders that were looked into, relative, the folder itself as "" → a mark that differs when another folder took its place. */
  readonly folders: ReadonlyMap<string, string>;
}

const CONFIG_NAME = /^[^.].*\.(?:ya?ml|json)$/i;

export function isConfigName(name: string): boolean {
  return CONFIG_NAME.test(name);
}

/**
 * Lists a folder and the folders in it, through links. Names with a dot in front are not looked at: editors and mounted ConfigMaps
 * keep their own things there. Throws only when the folder itself cannot be read.
 */
export async function listFolder(root: string, skip: readonly string[] = []): Promise<FolderListing> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const been = new Set<string>(skip);
  const visit = async (folder: string): Promise<void> => {
    const real = await realpath(join(root, folder));
    if (been.has(real)) return;
    been.add(real);
    folders.set(folder, `${real} ${(await stat(real, { bigint: true })).ino}`);
    for (const item of await readdir(real, { withFileTypes: true })) {
      await look(item, folder === "" ? item.name : `${folder}/${item.name}`);
    }
  };
  const look = async (item: Dirent, path: string): Promise<void> => {
    if (item.name.startsWith(".")) return;
    if (item.isFile() && !isConfigName(item.name)) return;
    try {
      const found = await stat(join(root, path), { bigint: true });
      if (found.isDirectory()) await visit(path);
      else if (isConfigName(item.name)) files.set(path, `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`);
    } catch {
      // Gone since it was listed, a link into nothing, or a folder closed to us: what was read from it is judged by its absence.
    }
  };
  await visit("");
  return { files, folders };
}
