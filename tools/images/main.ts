// Makes the container images from nothing but this machine's Debian packages, npm's Node and the Envoy wheel.
//
// dist/images/rootfs/LAYER   the layers unpacked, for running pods without a container runtime
// dist/images/index.json     image name → layers (lowest first), entrypoint, environment, user
// dist/images/all.tar        OCI archive of all of them, as `ctr images import` and other OCI tools read it
// dist/images/sbom/*.json    what each image holds, in CycloneDX
// A layer whose inputs did not change is kept, so a change of code costs only the thin layers.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { IMAGES, type Image } from "./image-list.ts";
import { layerComponents } from "./layer-components.ts";
import { agentLayer, baseLayer, controllerLayer, corednsLayer, envoyLayer, nodeLayer, toolsLayer } from "./layers.ts";
import { type Layer, writeArchive } from "./oci-archive.ts";
import { type Contents, type Entry, writeRootfs } from "./rootfs.ts";
import { billOfMaterials } from "./sbom.ts";
import { tarFolder } from "./tar.ts";

const OUT = "dist/images";
const WORK = ".cache/images";

const LAYERS: Readonly<Record<string, (envoy: string) => Contents>> = {
  base: baseLayer,
  node: nodeLayer,
  envoy: envoyLayer,
  agent: agentLayer,
  controller: controllerLayer,
  tools: toolsLayer,
  coredns: corednsLayer,
};

/** What a layer is made of, in a few bytes: source paths with size and date rather than their contents, and this tool itself. */
function fingerprint(contents: Contents): string {
  const hash = createHash("sha256");
  const own = ["layers.ts", "rootfs.ts", "tar.ts"].map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
  hash.update(JSON.stringify([own, Object.entries(contents).map(([path, entry]) => [path, entry, dated(entry)])]));
  return hash.digest("hex");
}

function dated(entry: Entry): readonly number[] {
  if (entry.kind !== "copy") {
    return [];
  }
  const { size, mtimeMs } = statSync(entry.from);
  return [size, mtimeMs];
}

function contentsOf(name: string, envoy: string): Contents {
  const make = LAYERS[name];
  if (make === undefined) {
    throw new Error(`no layer is called ${name}`);
  }
  return make(envoy);
}

function makeLayer(name: string, envoy: string): Layer {
  const contents = contentsOf(name, envoy);
  const key = fingerprint(contents);
  const record = join(WORK, `${name}.json`);
  const rootfs = join(OUT, "rootfs", name);
  const blob = join(WORK, `${name}.tar`);
  if (existsSync(record) && existsSync(rootfs) && existsSync(blob)) {
    const known = JSON.parse(readFileSync(record, "utf8")) as Layer & { readonly key: string };
    if (known.key === key) {
      return known;
    }
  }
  console.log(`==> layer ${name}: making`);
  writeRootfs(`${rootfs}.new`, contents);
  const layer = { name, blob, ...tarFolder(`${rootfs}.new`, blob) };
  replaceFolder(`${rootfs}.new`, rootfs);
  writeFileSync(record, JSON.stringify({ ...layer, key }));
  return layer;
}

/** Swaps by renaming: a pod that runs on the old folder keeps its open files, and no one sees half a layer. */
function replaceFolder(from: string, to: string): void {
  if (existsSync(to)) {
    mkdirSync(join(WORK, "old"), { recursive: true });
    renameSync(to, join(WORK, "old", `${process.pid}-${Date.now()}`));
  }
  renameSync(from, to);
}

function indexOf(images: readonly Image[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    images.map(({ name, layers, entrypoint, command, env, user }) => [
      name,
      { layers: layers.map((layer) => `rootfs/${layer}`), entrypoint, cmd: command, env, user },
    ]),
  );
}

/** `localhost/fairlead/proxyv2:dev` → `proxyv2` */
const shortName = (image: string): string => image.replace(/^.*\//, "").replace(/:.*$/, "");

function writeBills(images: readonly Image[], envoy: string): void {
  const folder = join(OUT, "sbom");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = [...new Set(images.flatMap((image) => image.layers))];
  const components = new Map(names.map((name) => [name, layerComponents(name, contentsOf(name, envoy))]));
  for (const { name, layers } of images) {
    const bill = billOfMaterials({ image: name, components: layers.flatMap((layer) => components.get(layer) ?? []) });
    writeFileSync(join(folder, `${shortName(name)}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Pods may still run on layers that were replaced; after an hour none does. */
function forgetOldLayers(): void {
  const folder = join(WORK, "old");
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (Date.now() - statSync(join(folder, name)).ctimeMs > 3_600_000) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function main(envoy: string): void {
  forgetOldLayers();
  const images = IMAGES.filter((image) => image.binary === undefined || existsSync(join(".cache/bin", image.binary)));
  mkdirSync(join(OUT, "rootfs"), { recursive: true });
  mkdirSync(WORK, { recursive: true });
  const names = [...new Set(images.flatMap((image) => image.layers))];
  const layers = new Map(names.map((name) => [name, makeLayer(name, envoy)]));
  writeFileSync(join(OUT, "index.json"), `${JSON.stringify(indexOf(images), null, 2)}\n`);
  const changed = writeArchive(join(OUT, "all.tar"), images, layers);
  writeBills(images, envoy);
  const sizeOf = (name: string): number => layers.get(name)?.size ?? 0;
  for (const image of images) {
    const size = image.layers.reduce((total, name) => total + sizeOf(name), 0);
    console.log(`    ${image.name}: ${megabytes(size)} = ${image.layers.map((name) => `${name} ${megabytes(sizeOf(name))}`).join(" + ")}`);
  }
  console.log(`==> ${OUT}/all.tar: ${megabytes(statSync(join(OUT, "all.tar")).size)}${changed ? "" : ", as before"}; ${OUT}/sbom`);
}

main(resolve(process.env["FAIRLEAD_ENVOY"] ?? ".cache/bin/envoy"));
