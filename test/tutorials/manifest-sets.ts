// The manifests of the tutorials, as sets: each file by itself, and with what its text has applied before it.
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { readManifests } from "../../src/source/read-manifests.ts";

const FOLDER = resolve(import.meta.dirname, "manifests");

export interface ManifestSet {
  /** `002-egress-gateway.yaml`. */
  readonly file: string;
  /** Rows of what the tutorials promise that these manifests belong to. */
  readonly rows: readonly string[];
  readonly documents: readonly unknown[];
  /** What its text has applied before, in order. */
  readonly before: readonly unknown[];
}

/** What follows `# WORD: ` in the comments of a manifest. */
function noted(text: string, word: string): readonly string[] {
  return new RegExp(`^# ${word}: (.*)$`, "m").exec(text)?.[1]?.split(" ") ?? [];
}

async function documentsOf(file: string): Promise<readonly unknown[]> {
  const manifests = await readManifests([resolve(FOLDER, file)], () => Promise.reject(new Error("nothing is read from standard input")));
  return manifests.map(({ document }) => {
    if (document.broken.length > 0) throw new Error(`${file} is no YAML: ${document.broken[0]?.fault}`);
    return document.value;
  });
}

async function manifestSet(file: string): Promise<ManifestSet> {
  const text = readFileSync(resolve(FOLDER, file), "utf8");
  const before = await Promise.all(noted(text, "With").map(documentsOf));
  return { file, rows: noted(text, "Rows"), documents: await documentsOf(file), before: before.flat() };
}

/** Every file of the folder. */
export async function manifestSets(): Promise<readonly ManifestSet[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".yaml")).sort();
  return Promise.all(files.map(manifestSet));
}
