import { describe, expect, it } from "vitest";
import { fieldPath } from "../../../src/api/field-path.ts";
import { fieldPointer } from "../../../src/api/field-pointer.ts";

describe("fieldPointer", () => {
  it.each([
    ["", ""],
    ["spec.http[2].route[0].weight", "/spec/http/2/route/0/weight"],
    ['metadata.labels["app.kubernetes.io/name"]', "/metadata/labels/app.kubernetes.io~1name"],
    ['a["x~y"].b', "/a/x~0y/b"],
    ['a["q\\"]"]', '/a/q"]'],
  ])("%s", (path, pointer) => expect(fieldPointer(path)).toBe(pointer));

  it("names nothing where a key was cut, or the path is none", () => {
    expect(fieldPointer(fieldPath("a", "k-".repeat(200)))).toBeUndefined();
    expect(fieldPointer("a..b")).toBeUndefined();
  });
});
