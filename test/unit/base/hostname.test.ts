import { describe, expect, it } from "vitest";
import {
  hostMatches,
  hostnameFault,
  hostOfMeshSni,
  hostsOverlap,
  isNamespaceName,
  isObjectName,
  wildcardHostFault,
} from "../../../src/base/hostname.ts";

describe("host names", () => {
  it.each(["a", "a.b", "A.b-c.d", "example.com.", "1.2.example", `${"a".repeat(63)}.com`])("%s is one", (text) => {
    expect(hostnameFault(text)).toBeUndefined();
  });

  it.each(["", ".", "a..b", "-a.b", "a-.b", "a_b.c", "*.a", "a.*", "a b", "10.0.0.1", `${"a".repeat(64)}.com`, "a.".repeat(200), "é.com"])(
    "%s is none",
    (text) => {
      expect(hostnameFault(text)).toBeTypeOf("string");
    },
  );

  it.each(["*", "*.a", "*.a.b", "a.b"])("%s may be a wildcard", (text) => expect(wildcardHostFault(text)).toBeUndefined());

  it.each(["*a.b", "**", "*.", "*.*.a", "a.*.b", "*-a.b"])("%s is no wildcard", (text) =>
    expect(wildcardHostFault(text)).toBeTypeOf("string"),
  );

  it("namespaces are labels in lower case, objects may have dots", () => {
    expect([isNamespaceName("a-1"), isNamespaceName("A"), isNamespaceName("a.b"), isNamespaceName("")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([isObjectName("a.b"), isObjectName("A.b"), isObjectName("a..b")]).toEqual([true, false, false]);
    expect([isObjectName("x".repeat(253)), isObjectName("x".repeat(254))]).toEqual([true, false]);
  });

  it("reads the host inside a server name of the mesh", () => {
    expect(hostOfMeshSni("outbound_.80_.v1_.a.b.svc.cluster.local")).toBe("a.b.svc.cluster.local");
    expect(hostOfMeshSni("outbound_.80_._.a.b")).toBe("a.b");
    expect(hostOfMeshSni("outbound.example.com")).toBeUndefined();
  });
});

describe("hostMatches", () => {
  it.each([
    ["*", "a.b", true],
    ["*.b", "a.b", true],
    ["*.b", "x.a.b", true],
    ["*.b", "b", false],
    ["*.b", "ab", false],
    ["*.b", "*.a.b", true],
    ["*.b", "*.b", true],
    ["*.a.b", "*.b", false],
    ["a.b", "A.B", true],
    ["a.b", "*.b", false],
    ["*.a.b", "xa.b", false],
  ])("%s and %s: %s", (pattern, host, expected) => expect(hostMatches(pattern, host)).toBe(expected));
});

describe("hostsOverlap", () => {
  it.each([
    ["*.a.com", "x.a.com", true],
    ["x.a.com", "*.a.com", true],
    ["*.a.com", "*.com", true],
    ["*.a.com", "*.b.com", false],
    ["a.com", "b.com", false],
  ])("%s and %s: %s", (one, other, expected) => expect(hostsOverlap(one, other)).toBe(expected));
});
