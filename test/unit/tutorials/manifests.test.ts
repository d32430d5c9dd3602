// Every manifest of the tutorials, as their authors meant it, draws no error, and no warning but those its row names.
import { expect, it } from "vitest";
import { createWorld } from "../../../src/analysis/live-world.ts";
import { judge } from "../../../src/main/judges.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { type ManifestSet, manifestSets } from "../../tutorials/manifest-sets.ts";

/** Stored, told, and not carried out yet: docs/fields.md has the fields. */
const NOT_BUILT = "FL0121";
/** A kind of another program: the command line counts it and says no more. */
const FOREIGN = "FL0113";

/** What a row names, or what is true of what the text wrote. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  // C15: refused at `kubectl apply`.
  "002-endpoints-beside-selector.yaml": ["error FL0301 spec.workloadSelector"],
  // A4: accepted with a warning until the DestinationRule is there.
  "000-subset.yaml": ["warning FL1001 spec.http[0].route[0].destination.subset"],
};

const SETS = await manifestSets();

function told(raw: unknown, together?: readonly unknown[]): readonly string[] {
  const objects = together?.flatMap((one) => validateObject(one).object ?? []);
  const found = judge(raw, objects && createWorld(objects));
  return found
    .filter(({ code, level }) => level !== "info" && code !== NOT_BUILT && code !== FOREIGN)
    .map(({ level, code, path }) => `${level} ${code} ${path}`);
}

const errors = (lines: readonly string[]) => lines.filter((line) => line.startsWith("error"));

it("there are as many as the texts have", () => {
  expect(SETS.length).toBeGreaterThan(30);
  expect(SETS.flatMap(({ documents }) => documents).length).toBeGreaterThan(65);
  expect(SETS.filter(({ rows }) => rows.length === 0)).toEqual([]);
});

it.each(SETS.map((set) => [set.file, set] as const))("%s: each document alone", (file, { documents }: ManifestSet) => {
  expect(documents.flatMap((raw) => told(raw))).toEqual(errors(EXPECTED[file] ?? []));
});

it.each(SETS.map((set) => [set.file, set] as const))("%s: with what is there before", (file, { documents, before }: ManifestSet) => {
  const all = [...before, ...documents];
  expect(documents.flatMap((raw) => told(raw, all))).toEqual(EXPECTED[file] ?? []);
});
