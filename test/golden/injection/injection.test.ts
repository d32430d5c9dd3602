// Each folder is a pair: case.yaml goes in, patch.yaml must come out. UPDATE_GOLDEN=1 writes the patches anew; read the difference.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { injectDocuments } from "../../../src/injection/inject-documents.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { parseYaml } from "../../unit/injection/injection-case.ts";

const FOLDERS = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

function patchesOf(folder: string): string {
  const { documents, values, mesh, kubeVersion } = parse(readFileSync(join(folder, "case.yaml"), "utf8"));
  const done = injectDocuments(documents, {
    mesh: mesh ?? {},
    values: injectionValues(values),
    kubeVersion,
    revision: "default",
    parseYaml,
  });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return stringify(
    done.value.map((document) => document.patch),
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

test.each(FOLDERS.map((entry) => entry.name))("%s", (name) => {
  const folder = join(import.meta.dirname, name);
  const golden = join(folder, "patch.yaml");
  const patches = patchesOf(folder);
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, patches);
  expect(existsSync(golden) ? readFileSync(golden, "utf8") : "").toBe(patches);
});
