import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { type KindInfo, OWN_KINDS } from "../../../src/api/kinds.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { runs, seed } from "../../soak/runs.ts";
import { fitting } from "./fitting.ts";

const NETWORKING: readonly KindInfo[] = Object.values(OWN_KINDS);

/** A path as users read it: fields, indexes, quoted keys. */
const PATH = /^[A-Za-z]\w*(\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*$/;

describe("validateObject", () => {
  it.each(NETWORKING)("answers every $kind of the right shape with path and message", ({ kind, schema, group }) => {
    fc.assert(
      fc.property(fitting(schemaOf(schema)), (spec) => {
        const { errors, warnings } = validateObject({ apiVersion: `${group}/v1`, kind, metadata: { name: "a" }, spec });
        for (const { path, message, code } of [...errors, ...warnings]) {
          expect(path).toMatch(PATH);
          expect(message.length).toBeGreaterThan(5);
          expect(message).not.toContain("undefined");
          expect(code).toMatch(/^FL\d{4}$/);
        }
      }),
      { numRuns: runs({ usual: 300, soak: 20_000 }), seed: seed() },
    );
  });

  it("answers anything", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        const { errors, warnings, object } = validateObject(raw);
        expect(errors.length + warnings.length > 0).toBe(object === undefined);
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (raw) => void validateMeshConfig(raw)));
  });
});
