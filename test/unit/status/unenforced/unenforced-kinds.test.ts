import { describe, expect, it } from "vitest";
import { KINDS } from "../../../../src/api/kinds.ts";
import { UNENFORCED_KINDS } from "../../../../src/api/unenforced-kinds.ts";
import { validateObject } from "../../../../src/validation/validate-object.ts";

const told = (apiVersion: string, kind: string) => {
  const { errors, warnings } = validateObject({ apiVersion, kind, metadata: { name: "a", namespace: "shop" }, spec: { rules: [{}] } });
  return { errors: errors.map(({ code }) => code), warnings: warnings.map(({ code, message }) => `${code} ${message}`) };
};

describe.each(UNENFORCED_KINDS)("$kind", ({ kind, group, meaning, instead }) => {
  it.each(["v1", "v1beta1", "v1alpha3"])(
    "of %s is told to have no effect, what that means and what to do, and is no mistake",
    (version) => {
      expect(told(`${group}/${version}`, kind)).toEqual({
        errors: [],
        warnings: [`FL1101 fairlead does not enforce ${kind}, so ${meaning}; ${instead}`],
      });
    },
  );

  it("of another group is another program's", () => {
    expect(told(`${group}.example.com/v1`, kind).warnings).toEqual([expect.stringMatching(/^FL0113 /)]);
  });

  it("is none of the kinds that are carried out", () => {
    expect(Object.keys(KINDS)).not.toContain(kind);
  });
});
