import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { packagesOwning } from "../../../tools/images/debian-packages.ts";
import { billOfMaterials, type Component, npmComponents } from "../../../tools/images/sbom.ts";

const LOCKED = {
  "node_modules/@scope/one": { version: "1.2.3", license: "MIT OR Apache-2.0", integrity: "sha512-AAECAw==" },
  "node_modules/@scope/one/node_modules/two": { version: "0.1.0" },
};

test("npm packages are named by what the lockfile says of them", () => {
  expect(npmComponents(Object.keys(LOCKED), LOCKED)).toEqual([
    {
      ...{ type: "library", name: "@scope/one", version: "1.2.3", purl: "pkg:npm/%40scope/one@1.2.3", licence: "MIT OR Apache-2.0" },
      hash: { alg: "SHA-512", content: "00010203" },
    },
    { type: "library", name: "two", version: "0.1.0", purl: "pkg:npm/two@0.1.0" },
  ]);
  expect(() => npmComponents(["node_modules/three"], LOCKED)).toThrow("node_modules/three was bundled and is not in package-lock.json");
});

const libc: Component = { type: "library", name: "libc6", version: "2.36-9", purl: "pkg:deb/debian/libc6@2.36-9?arch=amd64" };
const file: Component = { type: "file", name: "/etc/x", version: "", hash: { alg: "SHA-256", content: "ab" } };

test("a bill names image and components, each once, and is the same for the same contents", () => {
  const bill = (...components: readonly Component[]) => billOfMaterials({ image: "localhost/x/one:dev", components });
  expect(bill(libc, file, libc)).toMatchObject({
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
    metadata: { component: { type: "container", name: "localhost/x/one", version: "dev" } },
    components: [
      { type: "file", "bom-ref": "file:/etc/x", hashes: [{ alg: "SHA-256", content: "ab" }] },
      { name: "libc6", "bom-ref": "pkg:deb/debian/libc6@2.36-9?arch=amd64" },
    ],
  });
  expect(bill(file, libc)).toEqual(bill(libc, file));
  expect(bill(libc)).not.toEqual(bill(libc, file));
});

// Where the machine is another distribution's, files are named by their contents.
test.skipIf(!existsSync("/var/lib/dpkg/status"))("a file leads to the package that installed it, wherever /usr was merged", () => {
  const { packages, orphans } = packagesOwning(["/bin/sh", "/usr/bin/dpkg-query", "/etc/hostname"]);
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["dpkg"]));
  expect(packages.every(({ version, architecture }) => version !== "" && architecture !== "")).toBe(true);
  expect(orphans).toEqual(["/etc/hostname"]);
});
