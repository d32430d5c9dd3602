// What an image holds, as CycloneDX 1.6 in JSON: packages of the distribution, npm packages that were bundled, Node and Envoy. Equal images have
// equal bills: no date, and a serial number made of the contents.
import { createHash } from "node:crypto";

/** One thing that an image holds. */
export interface Component {
  readonly type: "library" | "application" | "file";
  readonly name: string;
  readonly version: string;
  /** Package URL; absent for a file that belongs to no package. */
  readonly purl?: string;
  readonly cpe?: string;
  /** SPDX expression. */
  readonly licence?: string;
  readonly hash?: { readonly alg: "SHA-256" | "SHA-512"; readonly content: string };
}

export interface BillOptions {
  /** `registry/name:tag` */
  readonly image: string;
  readonly components: readonly Component[];
}

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
}

export type Lockfile = Readonly<Record<string, LockedPackage>>;

/** The packages that were bundled, by their paths in the lockfile. Throws where the lockfile does not know one. */
export function npmComponents(paths: readonly string[], lockfile: Lockfile): readonly Component[] {
  return paths.map((path) => {
    const locked = lockfile[path];
    if (locked === undefined) throw new Error(`${path} was bundled and is not in package-lock.json; run npm ci`);
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const [, digest] = /^sha512-(.+)$/.exec(locked.integrity ?? "") ?? [];
    return {
      ...{ type: "library", name, version: locked.version },
      purl: `pkg:npm/${name.replace("@", "%40")}@${locked.version}`,
      ...(locked.license !== undefined && { licence: locked.license }),
      ...(digest !== undefined && { hash: { alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") } }),
    };
  });
}

/** By package URL, else by name; each once, in order. */
function sorted(components: readonly Component[]): readonly Component[] {
  const byKey = new Map(components.map((component) => [component.purl ?? component.name, component]));
  return [...byKey.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

function entry({ type, name, version, purl, cpe, licence, hash }: Component): object {
  return {
    type,
    "bom-ref": purl ?? `file:${name}`,
    name,
    version,
    ...(purl !== undefined && { purl }),
    ...(cpe !== undefined && { cpe }),
    ...(licence !== undefined && { licenses: [{ expression: licence }] }),
    ...(hash !== undefined && { hashes: [hash] }),
  };
}

/** A version 8 UUID of what is named. */
function serialOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The bill of one image. */
export function billOfMaterials({ image, components }: BillOptions): object {
  const at = image.lastIndexOf(":");
  const [name, version] = [image.slice(0, at), image.slice(at + 1)];
  const entries = sorted(components).map(entry);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: serialOf(JSON.stringify([image, entries])),
    version: 1,
    metadata: { component: { type: "container", "bom-ref": image, name, version } },
    components: entries,
  };
}
