// What `kubectl explain` says of a field is its description, so it must not promise what a rule refuses.
import { describe, expect, it } from "vitest";
import { type SchemaJson, schemaOf } from "../../../src/api/dialect/node.ts";
import { OWN_KINDS } from "../../../src/api/kinds.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";

type Step = string | 0;

interface Field {
  readonly steps: readonly Step[];
  readonly schema: SchemaJson;
}

/** Every field of a schema that holds a duration, by the way that leads to it; of each list the first entry. */
function durations(schema: SchemaJson, steps: readonly Step[] = []): readonly Field[] {
  if (schema["x-fairlead-duration"]) return [{ steps, schema }];
  const inner = schema.items ? durations(schema.items, [...steps, 0]) : [];
  return [...inner, ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => durations(field, [...steps, name]))];
}

/** The least value that fits a schema. */
function least(schema: SchemaJson): unknown {
  if (schema.type === "array") return schema.minItems && schema.items ? [least(schema.items)] : [];
  if (schema.type === "object") {
    return Object.fromEntries((schema.required ?? []).map((name) => [name, least(schema.properties?.[name] ?? {})]));
  }
  if (schema["x-fairlead-duration"]) return "1s";
  return schema.type === "string" ? (schema.enum?.[0] ?? "a") : (schema.minimum ?? 1);
}

/** The least value that has `value` at the end of the way. */
function holding(schema: SchemaJson, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const field = (step === 0 ? schema.items : schema.properties?.[step]) ?? {};
  const inner = holding(field, rest, value);
  return step === 0 ? [inner] : { ...(least(schema) as object), [step]: inner };
}

const pathOf = (steps: readonly Step[]): string => steps.map((step) => (step === 0 ? "[0]" : `.${step}`)).join("");

/** Less than the least, or not in whole steps. */
const TOO_SMALL = ["FL0211", "FL0212"];

const CASES = Object.values(OWN_KINDS).flatMap(({ kind, group, versions, schema }) =>
  durations(schemaOf(schema)).map((field) => ({ ...field, kind, body: schemaOf(schema), apiVersion: `${group}/${versions[0]}` })),
);

describe("descriptions of durations", () => {
  it("are many", () => {
    expect(CASES.length).toBeGreaterThan(30);
  });

  it.each(CASES.map((one) => [`${one.kind} spec${pathOf(one.steps)}`, one] as const))(
    "%s",
    (_, { steps, schema, kind, body, apiVersion }) => {
      const judged = (value: string): readonly string[] => {
        const raw = { apiVersion, kind, metadata: { name: "a", namespace: "shop" }, spec: holding(body, steps, value) };
        return validateObject(raw).errors.flatMap(({ code, path }) => (path === `spec${pathOf(steps)}` ? [code] : []));
      };
      const { description = "" } = schema;
      expect(judged("5s").filter((code) => code === "FL0211")).toEqual([]);
      // A least value is said: then less is refused, but for 0s where that is said to be allowed.
      expect(judged("0s").includes("FL0211")).toBe(/1m?s or more/.test(description) && !/\b0s\b/.test(description));
      expect(judged("10ns").some((code) => TOO_SMALL.includes(code))).toBe(/1m?s or more/.test(description));
    },
  );
});
