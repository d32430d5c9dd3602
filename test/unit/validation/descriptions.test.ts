// What `kubectl explain` says of a field is its description, so it must not promise what a rule refuses.
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { OWN_KINDS } from "../../../src/api/kinds.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { fieldsOf, holding, pathOf } from "./field-bodies.ts";

/** Less than the least, or not in whole steps. */
const TOO_SMALL = ["FL0211", "FL0212"];

const CASES = Object.values(OWN_KINDS).flatMap(({ kind, group, versions, schema }) =>
  fieldsOf(schemaOf(schema), (field) => field["x-fairlead-duration"] === true).map((field) => ({
    ...field,
    kind,
    body: schemaOf(schema),
    apiVersion: `${group}/${versions[0]}`,
  })),
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
