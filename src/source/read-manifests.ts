import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodedText } from "./decoded-text.ts";
import { yamlChunks } from "./file/yaml-chunks.ts";
import { readYaml, type YamlDocument } from "./yaml-text.ts";

/** One document of what a user named, with where it stands. */
export interface Manifest {
  readonly file: string;
  readonly document: YamlDocument;
}

/** Standard input as it came: which encoding it has is for us to find out. */
export type ReadStdin = () => Promise<Uint8Array>;

const MANIFEST = /\.(ya?ml|json)$/;

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && MANIFEST.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

async function textsOf(path: string, stdin: ReadStdin): Promise<readonly { file: string; text: string }[]> {
  if (path === "-") {
    return [{ file: "-", text: decodedText(await stdin()) }];
  }
  const files = (await stat(path)).isDirectory() ? await filesIn(path) : [path];
  return Promise.all(files.map(async (file) => ({ file, text: decodedText(await readFile(file)) })));
}

/**
 * Documents of files, folders and `-` (standard input), in order; documents without content are left out. Each is read by itself, so
 * that a broken one hides no other. Rejects where a path cannot be read.
 */
export async function readManifests(paths: readonly string[], stdin: ReadStdin): Promise<readonly Manifest[]> {
  const texts = await Promise.all(paths.map((path) => textsOf(path, stdin)));
  return texts.flat().flatMap(({ file, text }) =>
    yamlChunks(text)
      .flatMap((chunk) => readYaml(chunk.text, chunk.start))
      .filter((document) => document.broken.length > 0 || document.value !== null)
      .map((document) => ({ file, document })),
  );
}
