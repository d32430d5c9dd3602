// A part of the wrong type hides what the rules would say of it and nothing else; and what is said all the same is true however it is put right.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { type KindInfo, OWN_KINDS } from "../../../src/api/kinds.ts";
import { CATALOGUE } from "../../../src/telemetry/catalogue.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { runs, seed } from "../../soak/runs.ts";
import { fitting } from "./fitting.ts";

const BOUNDS: readonly string[] = [CATALOGUE.tooManyFindings.code, CATALOGUE.moreWarnings.code];

type Way = readonly (string | number)[];

/** The way to everything in a value but itself. */
function ways(value: unknown): readonly Way[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[key], ...ways(inner).map((way) => [key, ...way])]);
}

/** The same value with something of another type at the end of the way. */
function broken(value: unknown, [step, ...rest]: Way): unknown {
  if (step === undefined) return typeof value === "string" ? 1.5 : "of another type";
  const inner = broken((value as Record<string | number, unknown>)[step], rest);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === step ? inner : item));
  return Object.fromEntries(Object.entries(value as object).map(([key, item]: [string, unknown]) => [key, key === step ? inner : item]));
}

function told({ kind, group }: KindInfo, spec: unknown): readonly string[] {
  const { errors, warnings } = validateObject({ apiVersion: `${group}/v1`, kind, metadata: { name: "a", namespace: "shop" }, spec });
  return [...errors, ...warnings].map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

const isShape = (line: string): boolean => line.startsWith("FL010");
const isBounded = (lines: readonly string[]): boolean => lines.some((line) => BOUNDS.some((code) => line.startsWith(code)));

describe("an object with one part of the wrong type", () => {
  it.each(Object.values(OWN_KINDS))("of kind $kind has no finding that it would not have otherwise", (info) => {
    let kept = 0;
    const law = fc.property(fitting(schemaOf(info.schema)), fc.nat(), (spec, choice) => {
      const all = ways(spec);
      const way = all[choice % all.length];
      if (way === undefined) return;
      const [right, wrong] = [told(info, spec), told(info, broken(spec, way))];
      if (isBounded(right) || isBounded(wrong)) return;
      expect(wrong.filter(isShape).length).toBeGreaterThan(0);
      const others = wrong.filter((line) => !isShape(line));
      kept += others.length;
      expect(others.filter((line) => !right.includes(line))).toEqual([]);
    });
    fc.assert(law, { numRuns: runs({ usual: 100, soak: 10_000 }), seed: seed() });
    expect(kept).toBeGreaterThan(50);
  });
});
