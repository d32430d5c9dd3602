import fc from "fast-check";
import { Compile } from "typebox/compile";
import Format from "typebox/format";
import { describe, expect, it } from "vitest";
import { conform } from "../../../src/api/conform.ts";
import { decode } from "../../../src/api/decode.ts";
import { type SchemaJson, schemaOf } from "../../../src/api/dialect/node.ts";
import { isJsonObject } from "../../../src/api/json-kind.ts";
import { KINDS, type KindInfo, OWN_KINDS } from "../../../src/api/kinds.ts";

const NETWORKING: readonly KindInfo[] = Object.values(OWN_KINDS);

// What Kubernetes calls a format, and typebox does not know by itself.
Format.Set("byte", (text) => Buffer.from(text, "base64").toString("base64") === text);

/** Values that often fit a node, and often just do not. */
function nearlyFitting(node: SchemaJson, depth = 0): fc.Arbitrary<unknown> {
  const right = rightValue(node, depth);
  const wrong: fc.Arbitrary<unknown> = fc.oneof(
    fc.constant(null),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant([]),
    fc.constant({}),
  );
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

function rightValue(node: SchemaJson, depth: number): fc.Arbitrary<unknown> {
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.type === "string") return node.pattern ? fc.constantFrom("1s", "10ms", "1h2m", "0", "5") : fc.string({ maxLength: 12 });
  if (node.type === "integer") return fc.integer({ min: node.minimum ?? -5, max: 70_000 });
  if (node.type === "number") return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (node.type === "boolean") return fc.boolean();
  if (node.type === "array" && node.items)
    return fc.array(nearlyFitting(node.items, depth + 1), { maxLength: 2, minLength: node.minItems ?? 0 });
  if (node.additionalProperties)
    return fc.dictionary(fc.string({ maxLength: 5 }), nearlyFitting(node.additionalProperties, depth + 1), { maxKeys: 2 });
  return rightObject(node, depth);
}

function rightObject(node: SchemaJson, depth: number): fc.Arbitrary<unknown> {
  const required = node.required ?? [];
  const names = Object.keys(node.properties ?? {}).filter((name) => depth < 6 || required.includes(name));
  const fields = Object.fromEntries(names.map((name) => [name, nearlyFitting(node.properties?.[name] ?? {}, depth + 1)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => names.includes(name)) as never[] });
}

/** Null in a field or a map counts as absent, which typebox does not know. */
function withoutNulls(node: SchemaJson, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(node.items ?? {}, item));
  if (!isJsonObject(value)) return value;
  const inner = (key: string) =>
    node.additionalProperties ?? (Object.hasOwn(node.properties ?? {}, key) ? node.properties?.[key] : undefined);
  const entries = Object.entries(value).filter(([key, item]) => item !== null || inner(key) === undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(inner(key) ?? {}, item)]));
}

describe("conform", () => {
  it.each(NETWORKING)("judges $kind as typebox does", ({ schema }) => {
    const node = schemaOf(schema);
    const validator = Compile(schema);
    fc.assert(
      fc.property(nearlyFitting(node), (value) => {
        const errors = conform(node, value, "spec").findings.filter(({ level }) => level === "error");
        expect(errors.length === 0).toBe(validator.Check(withoutNulls(node, value)));
      }),
      { numRuns: 300 },
    );
  });

  it.each(NETWORKING)("what it keeps of $kind it keeps again, unchanged", ({ schema }) => {
    const node = schemaOf(schema);
    fc.assert(
      fc.property(nearlyFitting(node), (value) => {
        const once = conform(node, value, "spec").value;
        expect(conform(node, once, "spec").value).toBe(once);
      }),
      { numRuns: 100 },
    );
  });
});

describe("decode", () => {
  it("answers anything, and changes nothing", () => {
    const kinds = Object.values(KINDS).map(({ kind, group, versions }) => ({
      kind,
      apiVersion: [group, versions[0]].filter(Boolean).join("/"),
    }));
    const raw = fc.record({ head: fc.constantFrom(...kinds), metadata: fc.jsonValue(), spec: fc.jsonValue(), status: fc.jsonValue() });
    fc.assert(
      fc.property(raw, ({ head, ...rest }) => {
        const object = { ...head, ...rest };
        const before = JSON.stringify(object);
        const decoded = decode(object);
        if (!decoded.ok) for (const { level, message } of decoded.error) expect([level, message.length > 5]).toEqual(["error", true]);
        expect(JSON.stringify(object)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });
});
