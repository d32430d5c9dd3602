import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { LastGoodStore } from "../mesh-config-keeper.ts";

const NAME = "mesh-last-good.yaml";

/** Remembers the mesh configuration in a file of the state folder, which is made when it is first needed. */
export function createLastGoodFile(stateDir: string): LastGoodStore {
  const file = join(stateDir, NAME);
  let written: string | undefined;
  return {
    read: async () => {
      try {
        return await readFile(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: async (text) => {
      if (text !== written) await replaceFile(stateDir, file, text);
      written = text;
    },
  };
}

/** Whole or not at all, also when the power goes. */
async function replaceFile(dir: string, file: string, text: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
