import { constants, type Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { decodedText } from "../decoded-text.ts";

/** What a file holds; or why it cannot be read, with what to do about it; or that there is no file. */
export type ConfigText = { readonly text: string } | { readonly fault: string } | { readonly gone: true };

/** Some fifty thousand small objects; what is bigger is no configuration, or would stop everything else while it is parsed. */
const MOST_MB = 16;
const MOST_BYTES = MOST_MB * 1024 * 1024;

/** Reads a file that may be anything: a pipe without a writer or a device without end is told, not waited for. */
export async function readConfigText(path: string): Promise<ConfigText> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { gone: true };
    const fault = faultOf(found);
    return fault === undefined ? await readBounded(path) : { fault };
  } catch (error) {
    return isGone(error) ? { gone: true } : { fault: (error as Error).message };
  }
}

/** Another thing may have taken the name since it was looked at, so what was opened is looked at again, and nothing is waited for. */
async function readBounded(path: string): Promise<ConfigText> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const fault = faultOf(await handle.stat());
    if (fault !== undefined) return { fault };
    const chunks: Buffer[] = [];
    // One byte more than is taken: files of the kernel say that they are empty, and grow while they are read.
    for await (const chunk of handle.createReadStream({ end: MOST_BYTES, autoClose: false })) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    return bytes.length > MOST_BYTES ? { fault: tooBig("more") } : { text: decodedText(bytes) };
  } finally {
    await handle.close();
  }
}

function faultOf(found: Stats): string | undefined {
  if (!found.isFile())
    return `it is ${kindOf(found)} and no file; put a file, or a link to one, in its place, or move it out of the folder`;
  return found.size > MOST_BYTES ? tooBig(`${Math.ceil(found.size / 1024 / 1024)} MB`) : undefined;
}

function tooBig(size: string): string {
  return `it has ${size}, and ${MOST_MB} MB are the most that is read of one file; split it into several files`;
}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return "a named pipe";
  return found.isSocket() ? "a socket" : "a device";
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}
