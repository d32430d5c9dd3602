import fc from "fast-check";
import { expect, test } from "vitest";
import { decodedText } from "../../../src/source/decoded-text.ts";
import { yamlChunks } from "../../../src/source/file/yaml-chunks.ts";
import { printYaml } from "../../../src/source/print-yaml.ts";
import { readYaml, type YamlDocument } from "../../../src/source/yaml-text.ts";

function one(text: string): YamlDocument {
  const [document, ...others] = readYaml(text);
  if (document === undefined || others.length > 0) throw new Error(`not one document: ${text}`);
  return document;
}

test.each([
  ["a tab", "a:\n\tb: 1\n", 2, 1, "write spaces"],
  ["a key twice", "a: 1\nb: 2\na: 3\n", 3, 1, '"a" is written twice'],
  ["a key twice in JSON", '{"a": {"b": 1,\n  "b": 2}}', 2, 3, '"b" is written twice'],
  ["a list that is not closed", "a: [1, 2\nb: 3\n", 2, 1, "indentation"],
  ["a colon in text", "a: b: c\n", 1, 4, "in quotes"],
  ["a wildcard without quotes", "hosts:\n- *.example.com\n", 2, 3, '"*.example.com"'],
  ["an anchor in itself", "a: &a [*a]\n", 1, 8, "stands inside"],
  ["a template", "{{- if .x }}\na: 1\n", 1, 3, "template"],
  ["a template for a value", "a: {{ .Values.x }}\n", 1, 5, "template"],
  ["JSON that is none", '{"a": 1,,}', 1, 9, "Unexpected"],
])("%s is told with its place and a way out", (_, text, line, column, words) => {
  expect(one(text).broken).toMatchObject([{ line, column, fault: expect.stringContaining(words) }]);
});

test("aliases that grow without end are told, and those that do not are taken", () => {
  const list = (name: string, of: string) => `${name}: &${name} [${Array.from({ length: 10 }, () => of).join(",")}]\n`;
  const bomb = list("a", "x") + ["b", "c", "d", "e", "f", "g", "h"].map((name, i) => list(name, `*${"abcdefg"[i]}`)).join("");
  expect(one(bomb).broken).toMatchObject([{ fault: expect.stringContaining("too big") }]);
  const many = `a: &a {x: 1}\nb: [${Array.from({ length: 2_000 }, () => "*a").join(", ")}]\n`;
  expect(one(many)).toMatchObject({ broken: [], value: { a: { x: 1 } } });
});

test("what is merged and what an alias stands for is found where it is written", () => {
  const document = one("b: &b {x: {z: 1}}\na:\n  <<: *b\n  y: 2\nc: *b\n");
  expect(document.value).toEqual({ b: { x: { z: 1 } }, a: { x: { z: 1 }, y: 2 }, c: { x: { z: 1 } } });
  expect(document.placeOf("a.x.z")).toEqual({ line: 1, column: 12 });
  expect(document.placeOf("c.x")).toEqual({ line: 1, column: 8 });
  expect(document.placeOf("a.y")).toEqual({ line: 4, column: 3 });
  expect(document.placeOf("a.absent.field")).toEqual({ line: 2, column: 1 });
});

test("words are true and false as kubectl reads them", () => {
  expect(one("a: [yes, No, on, OFF, 'on', y, n, True]").value).toEqual({ a: [true, false, true, false, "on", "y", "n", true] });
  expect(printYaml({ a: "on", b: "no", c: true })).toBe('a: "on"\nb: "no"\nc: true\n');
});

test("marks of Windows, its line ends and comments are no trouble", () => {
  const text = "# top\r\n--- # first\r\na: 1\r\n---\r\n# nothing\r\n---\r\nb:\r\n  - c: 2\r\n...\r\n";
  for (const bytes of [
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`, "utf16le"),
    Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  ]) {
    const documents = yamlChunks(decodedText(bytes)).flatMap((chunk) => readYaml(chunk.text, chunk.start));
    expect(documents.map(({ value, line }) => [value, line])).toEqual([
      [{ a: 1 }, 3],
      [{ b: [{ c: 2 }] }, 7],
    ]);
    expect(documents[1]?.placeOf("b[0].c")).toEqual({ line: 8, column: 5 });
  }
});

test("JSON objects may follow each other", () => {
  const documents = readYaml('{"a": [1, {"b": 2}]}\n\n {"c": "}{"}', 10);
  expect(documents.map(({ value, line }) => [value, line])).toEqual([
    [{ a: [1, { b: 2 }] }, 10],
    [{ c: "}{" }, 12],
  ]);
  expect(documents[0]?.placeOf("a[1].b")).toEqual({ line: 10, column: 12 });
  expect(documents[0]?.placeOf("a[7]")).toEqual({ line: 10, column: 2 });
  expect(documents[1]?.placeOf("c")).toEqual({ line: 12, column: 3 });
});

const KEY = fc.stringMatching(/^[a-z]{1,4}$/);
const { tree: TREE } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.string(),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(KEY, tie("tree"), { maxKeys: 4 }),
  ),
}));

function pathsOf(value: unknown, path = ""): readonly (readonly [path: string, key: string])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const entries = Array.isArray(inner) ? inner.flatMap((item, i) => pathsOf(item, `${at}[${i}]`)) : [];
    return [[at, key] as const, ...entries, ...pathsOf(inner, at)];
  });
}

test("the place of any field is where its key stands, in JSON and in YAML", () => {
  fc.assert(
    fc.property(fc.dictionary(KEY, TREE, { minKeys: 1, maxKeys: 4 }), (value) => {
      for (const text of [JSON.stringify(value, null, 2), JSON.stringify(value), printYaml(value)]) {
        const document = one(text);
        expect(document.value).toEqual(value);
        const lines = text.split("\n");
        for (const [path, key] of pathsOf(value)) {
          const { line, column } = document.placeOf(path);
          const there = lines[line - 1]?.slice(column - 1) ?? "";
          expect([key, JSON.stringify(key)].some((written) => there.startsWith(written))).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});
