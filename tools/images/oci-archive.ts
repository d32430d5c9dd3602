// An OCI image layout in one tar file: images share the blobs of their layers.
// Spec: OCI image-spec 1.0, image-layout, manifest and config; containerd reads the image's name from its own annotation.
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./image-list.ts";
import { type TarFile, tarFolder } from "./tar.ts";

export interface Layer extends TarFile {
  readonly name: string;
  /** Path of the layer's tar. */
  readonly blob: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MEDIA = "application/vnd.oci.image";
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Writes the archive unless it already holds exactly these images; says whether it wrote. */
export function writeArchive(target: string, images: readonly Image[], layers: ReadonlyMap<string, Layer>): boolean {
  const layout = `${target}.layout`;
  const blobs = join(layout, "blobs/sha256");
  rmSync(layout, { recursive: true, force: true });
  mkdirSync(blobs, { recursive: true });
  const put = (value: unknown, mediaType: string): Descriptor => {
    const text = JSON.stringify(value);
    const sha256 = createHash("sha256").update(text).digest("hex");
    writeFileSync(join(blobs, sha256), text);
    return { mediaType, digest: `sha256:${sha256}`, size: Buffer.byteLength(text) };
  };
  for (const layer of layers.values()) {
    shareBlob(layer.blob, join(blobs, layer.sha256));
  }
  const manifests = images.map((image) => ({
    ...manifestOf(image, layers, put),
    annotations: { "io.containerd.image.name": image.name, "org.opencontainers.image.ref.name": image.name },
  }));
  const index = JSON.stringify({ schemaVersion: 2, mediaType: `${MEDIA}.index.v1+json`, manifests });
  const kept = `${target}.index`;
  const known = existsSync(target) && existsSync(kept) && readFileSync(kept, "utf8") === index;
  if (!known) {
    writeFileSync(join(layout, "index.json"), index);
    writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    tarFolder(layout, `${target}.new`);
    renameSync(`${target}.new`, target);
    writeFileSync(kept, index);
  }
  rmSync(layout, { recursive: true });
  return !known;
}

/** A hard link costs nothing; the same content may already be there under the same digest. */
function shareBlob(from: string, to: string): void {
  if (!existsSync(to)) {
    linkSync(from, to);
  }
}

type Put = (value: unknown, mediaType: string) => Descriptor;

function manifestOf(image: Image, layers: ReadonlyMap<string, Layer>, put: Put): Descriptor {
  const used = image.layers.map((name) => layers.get(name) as Layer);
  const config = put(
    {
      architecture: ARCHITECTURES[process.arch] ?? process.arch,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: {
        Env: image.env,
        User: image.user,
        ...(image.entrypoint.length > 0 ? { Entrypoint: image.entrypoint } : {}),
        ...(image.command.length > 0 ? { Cmd: image.command } : {}),
      },
      rootfs: { type: "layers", diff_ids: used.map((layer) => `sha256:${layer.sha256}`) },
    },
    `${MEDIA}.config.v1+json`,
  );
  const descriptors = used.map(({ sha256, size }) => ({ mediaType: `${MEDIA}.layer.v1.tar`, digest: `sha256:${sha256}`, size }));
  return put({ schemaVersion: 2, mediaType: `${MEDIA}.manifest.v1+json`, config, layers: descriptors }, `${MEDIA}.manifest.v1+json`);
}
