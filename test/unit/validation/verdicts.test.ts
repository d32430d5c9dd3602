import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OWN_KINDS, type OwnKind } from "../../../src/api/kinds.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";

interface Sample {
  readonly metadata?: object;
  readonly spec: unknown;
}

interface Verdicts {
  readonly taken: readonly Sample[];
  readonly refused: readonly Sample[];
}

const VERDICTS = parse(readFileSync(resolve(import.meta.dirname, "verdicts.yaml"), "utf8")) as Readonly<Record<OwnKind, Verdicts>>;

function errors(kind: OwnKind, { metadata, spec }: Sample): readonly string[] {
  const whole = { name: "example", namespace: "bar", ...metadata };
  const verdict = validateObject({ apiVersion: `${OWN_KINDS[kind].group}/v1`, kind, metadata: whole, spec });
  return verdict.errors.map(({ code, path }) => `${code} ${path}`);
}

it("are there for every kind", () => {
  expect(Object.keys(VERDICTS).toSorted()).toEqual(Object.keys(OWN_KINDS).toSorted());
});

describe.each(Object.entries(VERDICTS) as [OwnKind, Verdicts][])("%s", (kind, { taken, refused }) => {
  it.each(taken.map((sample) => [JSON.stringify(sample.spec).slice(0, 200), sample] as const))("takes %s", (_, sample) =>
    expect(errors(kind, sample)).toEqual([]),
  );

  it.each(refused.map((sample) => [JSON.stringify(sample.spec).slice(0, 200), sample] as const))("refuses %s", (_, sample) =>
    expect(errors(kind, sample)).not.toEqual([]),
  );
});
