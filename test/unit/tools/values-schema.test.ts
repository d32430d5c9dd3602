import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { valuesSchema, valuesSchemas } from "../../../tools/values-schema.ts";

test("the committed schemas are what the comments in values.yaml say", () => {
  for (const [path, text] of valuesSchemas()) expect(readFileSync(path, "utf8")).toBe(text);
});

const properties = (yaml: string) => valuesSchema(yaml, "Values")["properties"];

describe("a schema is made of defaults and comments", () => {
  test("the default says the type, the comment the rest", () => {
    const yaml = `
# Of the file, not of the value.

# -- Controllers that
# run side by side.
# @schema {minimum: 1}
replicaCount: 2
image: {name: a, weight: 0.5}
# @schema {type: [string, number]}
tag: "1" # not this
on: true
`;
    expect(properties(yaml)).toEqual({
      replicaCount: { description: "Controllers that run side by side.", type: "integer", minimum: 1 },
      image: { type: "object", properties: { name: { type: "string" }, weight: { type: "number" } }, additionalProperties: false },
      tag: { type: ["string", "number"] },
      on: { type: "boolean" },
      global: { type: "object" },
    });
  });

  test("a comment above the line before belongs to that line", () => {
    expect(properties('# -- First.\n# @schema {enum: ["", a]}\nfirst: ""\nsecond: ""\n')).toMatchObject({
      first: { description: "First.", enum: ["", "a"] },
      second: { type: "string" },
    });
  });

  test("a reference stands alone, as nothing beside it counts", () => {
    const schema = properties('# @schema {$ref: "#/definitions/resources"}\nresources:\n  limits:\n    memory: 1Gi\n');
    expect(schema).toMatchObject({ resources: { $ref: "#/definitions/resources" } });
    expect(schema).not.toHaveProperty("resources.type");
  });

  test.each(["list: []", "map: {}", "nothing:", "inner:\n  list: []"])("%j does not say what it holds, which is refused", (yaml) => {
    expect(() => valuesSchema(yaml, "Values")).toThrow(/its default does not say what it holds/);
  });
});
