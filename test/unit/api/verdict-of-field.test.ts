import { describe, expect, it } from "vitest";
import { leaves, pathIn, withoutValue, withValue } from "./effects/leaves.ts";
import { type CarryOut, verdictOfField } from "./effects/verdict-of-field.ts";

const FLAG = { path: "a.b", node: { type: "boolean" } } as const;
const WORD = { path: "a.b", node: { type: "string", enum: ["ONE", "TWO"] } } as const;
const SCENES = [
  { under: "", spec: {} },
  { under: "a", spec: { a: { c: 1 } } },
];

const judged = (leaf: typeof FLAG | typeof WORD, carryOut: CarryOut) => verdictOfField(leaf, SCENES, { carryOut, mayBeRefused: false });
const ofBody = (body: unknown): string => JSON.stringify(body);
const innerOf = (body: unknown): unknown => (body as { a: { b?: unknown } }).a.b;

describe("a field", () => {
  it("is right where it has an effect, or a warning and none", () => {
    expect(judged(FLAG, (body) => ({ warned: false, done: ofBody(body) }))).toEqual({ compared: false });
    expect(judged(FLAG, () => ({ warned: true, done: "" }))).toEqual({ compared: true });
    expect(judged(WORD, (body) => ({ warned: false, done: innerOf(body) === "TWO" ? "two" : "" }))).toEqual({ compared: false });
  });

  it("is wrong where it has none without a warning, or one with it", () => {
    expect(judged(FLAG, () => ({ warned: false, done: "" })).wrong).toBe("has no effect, and no warning says so");
    expect(judged(FLAG, (body) => ({ warned: true, done: ofBody(body) })).wrong).toMatch(/has an effect with true, false, though/);
  });

  it("is wrong where one of its values has an effect of its own and a warning, or means nothing", () => {
    const second = (body: unknown) => innerOf(body) === "TWO";
    expect(judged(WORD, (body) => ({ warned: second(body), done: ofBody(body) })).wrong).toMatch(/has an effect with TWO, though/);
    const third = { path: "a.b", node: { type: "string", enum: ["ONE", "TWO", "THREE"] } } as const;
    const carryOut: CarryOut = (body) => ({ warned: false, done: innerOf(body) === "ONE" ? "one" : "" });
    expect(verdictOfField(third, SCENES, { carryOut, mayBeRefused: false }).wrong).toBe("means the same with TWO, THREE");
  });

  it("is wrong where nothing of it is taken, unless that may be", () => {
    expect(judged(FLAG, () => undefined).wrong).toBe("is refused with every value that was tried");
    expect(verdictOfField(FLAG, SCENES, { carryOut: () => undefined, mayBeRefused: true })).toEqual({ compared: false });
  });
});

describe("a body", () => {
  const body = { list: [{ name: "a", map: { x: 1 } }, { name: "b" }] };

  it("gets and loses the field of a path in its first entries", () => {
    expect(withValue(body, "list[].map{}", 2)).toEqual({ list: [{ name: "a", map: { x: 2 } }, { name: "b" }] });
    expect(withValue({}, "list[].map{}", 2)).toEqual({ list: [{ map: { key: 2 } }] });
    expect(withoutValue(body, "list[].map{}")).toEqual({ list: [{ name: "a", map: {} }, { name: "b" }] });
    expect(withoutValue({ list: ["a", "b"] }, "list[]")).toEqual({ list: ["b"] });
    expect(pathIn(body, "list[].map{}", "spec")).toBe("spec.list[0].map.x");
  });

  it("has the leaves of its schema", () => {
    const map = { type: "object", additionalProperties: { type: "string" } } as const;
    const entry = { type: "object", properties: { name: { type: "string" }, map } } as const;
    const schema = { type: "object", properties: { list: { type: "array", items: entry } } } as const;
    expect(leaves(schema).map(({ path }) => path)).toEqual(["list[].name", "list[].map{}"]);
  });
});
