import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Named groups of PEM texts that outlive the process: Secrets in a cluster, files without one. */
export interface MaterialStore {
  /** What is stored under the name; where nothing is, what `make` makes, stored first. Of several that start together, one wins. */
  readOrCreate(name: string, make: () => Promise<Readonly<Record<string, string>>>): Promise<Readonly<Record<string, string>>>;
  replace(name: string, data: Readonly<Record<string, string>>): Promise<void>;
}

const OWNER_ONLY = 0o600;

/** One JSON file a name, readable by its owner alone, written whole or not at all. */
export function fileMaterialStore(folder: string): MaterialStore {
  const fileOf = (name: string) => join(folder, `${name}.json`);
  const replace = async (name: string, data: Readonly<Record<string, string>>) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${fileOf(name)}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify(data, null, 2), { mode: OWNER_ONLY });
    await rename(draft, fileOf(name));
  };
  return {
    replace,
    readOrCreate: async (name, make) => {
      const stored = await readFile(fileOf(name), "utf8").catch(() => undefined);
      if (stored !== undefined) {
        return JSON.parse(stored) as Record<string, string>;
      }
      const made = await make();
      await replace(name, made);
      return made;
    },
  };
}
