import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { analyzeObject } from "../../src/analysis/analyze-object.ts";
import { createWorld } from "../../src/analysis/live-world.ts";
import { subjectsOf, toldOf } from "../../src/main/subjects-of.ts";
import { readConfigFile } from "../../src/source/file/config-file.ts";
import { readManifests } from "../../src/source/read-manifests.ts";
import { fuzz, MOST_YAML } from "./fuzz.ts";
import { jsonText, worsened } from "./hostile.ts";
import { smallWorld } from "./small-world.ts";
import { checkFindings } from "./well-formed.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WORLD = smallWorld();
const OPTIONS = { namespace: "istio-system" };

const times = (count: number, line: (index: number) => string): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => line(i)).join(""));
/** A reader that compares each with all before it takes seconds. */
const MANY_KEYS = times(18_000, (index) => `k${index.toString(36)}:\n`);
const MANY_NAMES = times(6_000, (index) => `- &${index.toString(36)} x\n- *${index.toString(36)}\n`);

/** Read as the folder's source does: whole, and again after a document was put in front. */
function readAsSource(text: string): void {
  const first = readConfigFile("a.yaml", text, undefined, OPTIONS);
  const second = readConfigFile("a.yaml", `kind: X\n${text.startsWith("---") ? "" : "---\n"}${text}`, first, OPTIONS);
  for (const { findings, line } of [...first.entries, ...second.entries]) {
    checkFindings(findings);
    if (!(line >= 1)) throw new Error(`an entry on line ${line}`);
  }
  const objects = first.entries.flatMap(({ object }) => object ?? []);
  const world = createWorld(objects);
  checkFindings(objects.flatMap((object) => analyzeObject(object, world)));
}

/** Read as `fairlead validate -f` does. */
async function readAsCommand(text: Buffer): Promise<void> {
  const file = join(folder, "a.yaml");
  writeFileSync(file, text);
  for (const manifest of await readManifests([file], async () => Buffer.alloc(0))) {
    for (const subject of subjectsOf(manifest, OPTIONS.namespace)) {
      const findings = toldOf(subject, WORLD);
      checkFindings(findings);
      if (findings.some(({ line = 0, column = 1 }) => !(line >= 1 && column >= 1))) throw new Error("a finding without a line");
    }
  }
}

const inputs = worsened(fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown)).map((value) => Buffer.from(jsonText(value)));
const more = { name: "yaml", inputs, seeds: [MANY_KEYS, MANY_NAMES] };

test("any file: findings with lines, by the command", async () => {
  await fuzz({ ...more, take: readAsCommand, mostBytes: MOST_YAML, counts: { usual: 800, soak: 300_000 } });
});

test("any file: findings with lines, by the folder's source", async () => {
  // It reads the text twice.
  await fuzz({
    ...more,
    take: (input) => readAsSource(input.toString("utf8")),
    mostBytes: MOST_YAML / 2,
    counts: { usual: 500, soak: 200_000 },
  });
});
