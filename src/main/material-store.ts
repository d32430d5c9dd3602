import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Named groups of PEM texts that outlive the process: Secrets in a cluster, files without one. */
export interface MaterialStore {
  /** What is stored under the name; undefined where nothing is. */
  read(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** What is stored under the name; where nothing is, what `make` makes, stored first. Of several that start together, one wins. */
  readOrCreate(name: string, make: () => Promise<Readonly<Record<string, string>>>): Promise<Readonly<Record<string, string>>>;
  /** Replaces contents by what `change` makes of what is stored, `undefined` to leave them. Resolves to what is stored in the end. */
  update(
    name: string,
    change: (stored: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, string>> | undefined>,
  ): Promise<Readonly<Record<string, string>>>;
}

const OWNER_ONLY = 0o600;

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function parsed(file: string, text: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, string>>;
  } catch {
    // The parser's own words repeat the text, which is a key.
    const fix = "restore it from a copy, or remove it: a new one is made, and pods that trust the old one must be started again";
    throw new Error(`${file} is not the JSON that was written there: ${fix}`);
  }
}

/** One JSON file a name, readable by its owner alone, written whole or not at all. */
export function fileMaterialStore(folder: string): MaterialStore {
  const fileOf = (name: string) => join(folder, `${name}.json`);
  const replace = async (name: string, data: Readonly<Record<string, string>>) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${fileOf(name)}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify(data, null, 2), { mode: OWNER_ONLY });
    await rename(draft, fileOf(name));
  };
  const read = async (name: string) => parsed(fileOf(name), await readFile(fileOf(name), "utf8"));
  const readIfThere = async (name: string) => ((await isThere(fileOf(name))) ? read(name) : undefined);
  return {
    read: readIfThere,
    readOrCreate: async (name, make) => {
      const found = await readIfThere(name);
      if (found !== undefined) {
        return found;
      }
      const made = await make();
      await replace(name, made);
      return made;
    },
    update: async (name, change) => {
      const stored = await read(name);
      const changed = await change(stored);
      if (changed !== undefined) {
        await replace(name, changed);
      }
      return changed ?? stored;
    },
  };
}
