import { expect, test } from "vitest";
import { checkBudgets } from "../../../tools/lint/budgets.ts";
import { plantedProject } from "./planted-project.ts";

const lines = (count: number, text: string): string => `${text}\n`.repeat(count);
const problemsOf = (text: string): readonly string[] => checkBudgets(plantedProject({ "src/base/x.ts": text })).problems;

test("small code passes", () => {
  expect(checkBudgets(plantedProject({ "src/base/x.ts": "export const x = (a: number): number => a;\n" }))).toEqual({
    checked: 1,
    problems: [],
  });
});

test("the limits hold to the line", () => {
  expect(problemsOf(lines(500, "// x"))).toEqual([]);
  expect(problemsOf(lines(501, "// x"))).toEqual([expect.stringContaining("501 lines")]);
  expect(problemsOf(`export function f(): void {\n${lines(78, "  // x")}}\n`)).toEqual([]);
  expect(problemsOf(`export function f(): void {\n${lines(79, "  // x")}}\n`)).toEqual([expect.stringContaining("x.ts:1: f has 81 lines")]);
});

test.each<[string, string]>([
  ["11 paths", `export const f = (a: number): boolean => ${Array.from({ length: 11 }, (_, n) => `a === ${n}`).join(" || ")};\n`],
  ["11 paths", `export class C { m(a: number): void {\n${lines(10, "  if (a > 1) a;")}}}\n`],
  ["4 levels of nesting", "export function f(a: number): void {\n  for (;;) while (a) if (a) try { a; } catch {}\n}\n"],
  ["5 parameters", "export function f(a: 1, b: 1, c: 1, d: 1, e: 1): void {}\n"],
])("%s in a function are too many", (what, text) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(what)]);
});

test("else-if is no deeper, and a nested function counts for itself", () => {
  expect(problemsOf("export const f = (a: number): void => { if (a) a; else if (a) a; else if (a) a; else if (a) a; };\n")).toEqual([]);
  expect(problemsOf("export const f = (a: number) => { if (a) if (a) if (a) return () => { if (a) a; }; return f; };\n")).toEqual([]);
});

test("a crowd of long functions breaks the median and the tail", () => {
  const long = Array.from({ length: 20 }, (_, n) => `function f${n}(): void {\n${lines(12, "  // x")}}`).join("\n");
  expect(problemsOf(long)).toEqual(["the median function has 14 lines, the budget is 12"]);
  const tail = Array.from({ length: 20 }, (_, n) => `function f${n}(): void {${n < 17 ? "" : `\n${lines(41, "  // x")}`}}`).join("\n");
  expect(problemsOf(tail)).toEqual(["one function in twenty has more than 43 lines, the budget is 40"]);
});

test("generated code is not measured, and nothing measured is not a pass", () => {
  const root = plantedProject({ "src/gen/x_pb.ts": lines(600, "// x") });
  expect(checkBudgets(root)).toEqual({ checked: 0, problems: ["checked no file: the check itself is broken"] });
});
