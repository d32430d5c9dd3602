import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** An image as folders on disk, lowest layer first, with what its configuration says. */
export interface ContainerImage {
  readonly layers: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  /** `UID` or `UID:GID`; empty means root. */
  readonly user: string;
  readonly workingDir: string;
}

/** Looks up an image by its reference; undefined when the lab has no such image. */
export type ImageIndex = (reference: string) => ContainerImage | undefined;

/** Reads the index that `make images` writes: `{"IMAGE": {"layers": […], "entrypoint": […], "env": […], "user": ""}}`. */
export async function readImageIndex(file: string): Promise<ImageIndex> {
  const entries = JSON.parse(await readFile(file, "utf8")) as Record<string, Partial<ContainerImage>>;
  const images = new Map(Object.entries(entries).map(([name, entry]) => [name, completeImage(dirname(file), entry)]));
  return (reference) => images.get(reference);
}

function completeImage(folder: string, entry: Partial<ContainerImage>): ContainerImage {
  return {
    layers: (entry.layers ?? []).map((layer) => resolve(folder, layer)),
    entrypoint: entry.entrypoint ?? [],
    cmd: entry.cmd ?? [],
    env: entry.env ?? [],
    user: entry.user ?? "",
    workingDir: entry.workingDir || "/",
  };
}
