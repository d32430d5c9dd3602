import { expect, test } from "vitest";
import { findingLine } from "../../../src/cli/finding-line.ts";
import { findingsAsText } from "../../../src/cli/findings-text.ts";
import { fixText } from "../../../src/cli/fix-text.ts";
import { type Terminal, wantsColours } from "../../../src/cli/render.ts";
import { verdictsAsText } from "../../../src/cli/verdict.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";

const plain: Terminal = { out: () => undefined, err: () => undefined, colours: false };
const coloured: Terminal = { ...plain, colours: true };
const about = { file: "a.yaml", kind: "ServiceEntry", namespace: "shop", name: "orders" };
const finding: Finding = {
  ...{ code: "FL0201", level: "error", path: "spec.ports[0](name: http).number", message: "is too big", line: 12, column: 7 },
  fix: [{ op: "replace", path: "/spec/ports/0/number", value: 80 }],
};
const { fix: _, ...bare } = finding;

test("a finding is one line that editors can follow, and below it stands what puts it right", () => {
  expect(findingLine(plain, about, finding)).toBe(
    "a.yaml:12:7: error: ServiceEntry shop/orders: spec.ports[0](name: http).number: is too big (FL0201)\n    fix: set spec.ports[0].number to 80\n",
  );
  expect(findingLine(plain, { ...about, kind: "", namespace: "", name: "" }, { ...bare, path: "" })).toBe(
    "a.yaml:12:7: error: is too big (FL0201)\n",
  );
  expect(findingLine(plain, about, { ...bare, message: 'is "a\nb\u001b[31m"' })).toMatch(/^\P{Cc}*\n$/u);
});

test("colours stand where a person reads, and nowhere else", () => {
  expect(findingLine(coloured, about, bare)).toContain("\u001b[31merror\u001b[39m");
  const asked: readonly (readonly [Record<string, string>, boolean, boolean])[] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
  ];
  for (const [env, isTerminal, colours] of asked) expect(wantsColours(env, isTerminal), JSON.stringify([env, isTerminal])).toBe(colours);
});

test("a patch is told in words", () => {
  expect(fixText([{ op: "add", path: "/metadata/labels/a.b~1c", value: "x" }])).toBe('set metadata.labels["a.b/c"] to "x"');
  expect(fixText([{ op: "add", path: "/spec/hosts/-", value: "a.b" }])).toBe('add "a.b" to spec.hosts');
  expect(
    fixText([
      { op: "remove", path: "/spec/tcp" },
      { op: "replace", path: "/spec/x", value: "y".repeat(500) },
    ]),
  ).toMatch(/^remove spec\.tcp; set spec\.x to "y+…$/);
});

test("the last line says how many there are, and how many were not looked at", () => {
  const verdict = { source: "a.yaml:3", kind: "Sidecar", namespace: "x", name: "a", valid: true, errors: [], warnings: [] };
  const foreign = { ...verdict, judged: false } as const;
  expect(verdictsAsText(plain, [verdict, { ...verdict, valid: false, errors: [bare] }])).toMatch(
    /\n2 judged, 1 invalid, 0 with warnings\n$/,
  );
  expect(verdictsAsText(plain, [verdict, foreign, foreign])).toBe(
    "1 judged, 0 invalid, 0 with warnings; 2 documents of other kinds not judged\n",
  );
  const told = { ...bare, kind: "Sidecar", namespace: "x", name: "a" };
  expect(findingsAsText(plain, [{ ...told, source: "a.yaml:12" }], 1)).toMatch(
    /^a\.yaml:12:7: error: Sidecar x\/a: .*\n1 error, 0 warnings; 1 document of other kinds not judged\n$/,
  );
  const doubts = [told, { ...told, level: "info" }, { ...told, level: "info" }] as const;
  expect(findingsAsText(plain, doubts, 0)).toMatch(/\n1 error, 0 warnings, 2 for information\n$/);
  const { line: _line, column: _column, ...inCluster } = told;
  expect(findingsAsText(plain, [inCluster], 0)).toMatch(/^error: Sidecar x\/a: spec/);
});
