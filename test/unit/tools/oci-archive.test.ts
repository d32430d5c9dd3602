import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Image } from "../../../tools/images/image-list.ts";
import { type Layer, writeArchive } from "../../../tools/images/oci-archive.ts";
import { tarFolder } from "../../../tools/images/tar.ts";
import { plantedProject } from "./planted-project.ts";

const IMAGE: Image = {
  name: "localhost/x/one:dev",
  layers: ["base", "app"],
  entrypoint: ["/app"],
  command: [],
  env: ["A=1"],
  user: "1337",
};

function layersIn(folder: string, app: string): ReadonlyMap<string, Layer> {
  const contents = { base: { "bin/sh": "sh" }, app: { app } };
  return new Map(
    Object.entries(contents).map(([name, files]) => {
      const blob = join(folder, `${name}.tar`);
      return [name, { name, blob, ...tarFolder(plantedProject(files), blob) }];
    }),
  );
}

const member = (archive: string, path: string): Buffer => execFileSync("tar", ["-xOf", archive, path]);
const blobOf = (archive: string, digest: string): Buffer => member(archive, digest.replace("sha256:", "blobs/sha256/"));

test("index, manifest, config and layers hang together by digest", () => {
  const folder = plantedProject({});
  const archive = join(folder, "all.tar");
  expect(writeArchive(archive, [IMAGE], layersIn(folder, "v1"))).toBe(true);
  const index = JSON.parse(member(archive, "index.json").toString());
  expect(index.manifests[0].annotations["io.containerd.image.name"]).toBe(IMAGE.name);
  const manifest = JSON.parse(blobOf(archive, index.manifests[0].digest).toString());
  const config = JSON.parse(blobOf(archive, manifest.config.digest).toString());
  expect(config.config).toEqual({ Env: ["A=1"], User: "1337", Entrypoint: ["/app"] });
  expect(config.rootfs.diff_ids).toEqual(manifest.layers.map((layer: { digest: string }) => layer.digest));
  for (const { digest, size } of [manifest.config, ...manifest.layers]) {
    const bytes = blobOf(archive, digest);
    expect(bytes.length).toBe(size);
    expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(digest);
  }
});

test("images share the blobs of their layers", () => {
  const folder = plantedProject({});
  const [one, two] = [join(folder, "one.tar"), join(folder, "two.tar")];
  const layers = layersIn(folder, "x".repeat(100_000));
  writeArchive(one, [IMAGE], layers);
  writeArchive(two, [IMAGE, { ...IMAGE, name: "localhost/x/two:dev" }], layers);
  expect(statSync(two).size - statSync(one).size).toBeLessThan(2_000);
});

test("an archive that already holds this is left alone; another layer makes another archive", () => {
  const folder = plantedProject({});
  const archive = join(folder, "all.tar");
  writeArchive(archive, [IMAGE], layersIn(folder, "v1"));
  expect(writeArchive(archive, [IMAGE], layersIn(folder, "v1"))).toBe(false);
  expect(writeArchive(archive, [IMAGE], layersIn(folder, "v2"))).toBe(true);
});
