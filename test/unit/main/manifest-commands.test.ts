import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runAnalyze } from "../../../src/main/analyze.ts";
import { runInject } from "../../../src/main/inject.ts";
import { runValidate } from "../../../src/main/validate.ts";
import { catchWritten } from "../cli/written.ts";

let folder: string;
const written = catchWritten();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-manifests-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const CLUSTER = { istioNamespace: "istio-system", cluster: false };
const analyze = (filename: readonly string[], output: "text" | "json" = "json") => runAnalyze({ ...CLUSTER, filename, output });
const validate = (filename: readonly string[]) => runValidate({ ...CLUSTER, filename, output: "json" });

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: x }
spec:
  hosts: [a.example.com]
  http:
    - route:
        - destination: { host: nowhere.example.com }
`;

test("a folder without manifests, and a file without objects, are no success", async () => {
  mkdirSync(join(folder, "empty"));
  file("empty/notes.txt", "nothing");
  const comment = file("comment.yaml", "# nothing yet\n");
  const good = file("good.yaml", ROUTE);
  for (const command of [analyze, validate]) {
    await expect(command([join(folder, "empty")])).rejects.toThrow("has no manifest");
    await expect(command([good, join(folder, "empty")])).rejects.toThrow("has no manifest");
    await expect(command([comment])).rejects.toThrow("name a file with at least one object");
    expect(await command([good, comment])).toBe(0);
  }
});

test("analyze names broken documents with their line, as validate does", async () => {
  const path = file("broken.yaml", `${ROUTE}---\nhosts: [a\n---\nkind: Other\n`);
  expect(await analyze([path])).toBe(1);
  const { findings } = JSON.parse(written.out) as { findings: { code: string; source: string }[] };
  expect(findings).toContainEqual(expect.objectContaining({ code: "FL0901", level: "error", source: `${path}:11` }));
  written.out = "";
  expect(await validate([path])).toBe(1);
  const { results } = JSON.parse(written.out) as { results: { errors: { code: string; line: number }[] }[] };
  expect(results[1]?.errors).toMatchObject([{ code: "FL0901", line: 11 }]);
});

test("a finding across objects names the line of its field", async () => {
  const path = file("route.yaml", ROUTE);
  expect(await analyze([path])).toBe(0);
  const { findings } = JSON.parse(written.out) as { findings: object[] };
  expect(findings).toMatchObject([
    { path: "spec.http[0].route[0].destination.host", source: `${path}:8`, kind: "VirtualService", name: "a" },
  ]);
  expect(Object.keys(findings[0] ?? {}).sort()).toEqual([
    ...["code", "column", "kind", "level", "line", "message", "name", "namespace", "path", "source"],
  ]);
});

test("analyze's text leaves out what is not there", async () => {
  const path = file("broken.yaml", "hosts: [a\n");
  await analyze([path], "text");
  expect(written.out).toMatch(/broken\.yaml:\d+:\d+: error: cannot be read as YAML/);
  expect(written.out).toContain("1 error, 0 warnings\n");
});

test("a refused injection names file and line, and prints nothing", async () => {
  const pod = (annotations: string) => `apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    ${annotations}
spec:
  containers: [{ name: app, image: app }]
`;
  const path = file("pods.yaml", `${pod("note: fine")}---\n${pod('proxy.istio.io/config: "concurrency: [1"')}`);
  expect(await runInject({ filename: [path], kubeVersion: "1.34", output: "yaml" })).toBe(1);
  expect(written.out).toBe("");
  expect(written.err).toMatch(/pods\.yaml:15:5: Pod a: /);
});
