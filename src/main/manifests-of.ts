import { stat } from "node:fs/promises";
import { type Manifest, readManifests } from "../source/read-manifests.ts";
import { readStdin } from "./terminal.ts";

async function isFolder(path: string): Promise<boolean> {
  return path !== "-" && (await stat(path)).isDirectory();
}

/**
 * The documents of what was named by -f, in order. Rejects where a path cannot be read, and where nothing is there to look at: to say
 * that nothing is wrong would be believed.
 */
export async function manifestsOf(paths: readonly string[]): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const path of paths) {
    const manifests = await readManifests([path], readStdin);
    if (manifests.length === 0 && (await isFolder(path))) {
      throw new Error(`the folder ${path} has no manifest; name one with files that end in .yaml, .yml or .json`);
    }
    found.push(...manifests);
  }
  if (paths.length > 0 && found.length === 0) {
    throw new Error(`nothing is written in ${paths.join(", ")}; name a file with at least one object`);
  }
  return found;
}
