import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runAnalyze } from "../../../src/main/analyze.ts";
import { runInject } from "../../../src/main/inject.ts";
import { runValidate } from "../../../src/main/validate.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
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
const validate = (filename: readonly string[], more: { readonly with?: string } = {}) =>
  runValidate({ ...CLUSTER, filename, output: "json", ...more });

interface Result {
  readonly source: string;
  readonly kind: string;
  readonly name: string;
  readonly valid: boolean;
  readonly judged?: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

function results(): readonly Result[] {
  const { results: all } = JSON.parse(written.out) as { results: readonly Result[] };
  written.out = "";
  return all;
}

type Told = Finding & { readonly kind: string; readonly name: string; readonly source?: string };

function findings(): readonly Told[] {
  const { findings: all } = JSON.parse(written.out) as { findings: readonly Told[] };
  written.out = "";
  return all;
}

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

test("docs/checking.md shows what is really told", async () => {
  const orders = file(
    "orders.yaml",
    `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - name: canary
      route:
        - destination: { host: orders }
      retries:
        attempts: 2
        retryOn: 5xx ,reset
`,
  );
  expect(await runValidate({ ...CLUSTER, filename: [orders], output: "text" })).toBe(1);
  const [line = "", fix = ""] = written.out.replace(`${folder}/`, "").split("\n");
  const page = readFileSync(join(import.meta.dirname, "../../../docs/checking.md"), "utf8");
  expect(line).toMatch(/^orders\.yaml:12:/);
  expect(page).toContain(`    ${line}\n    ${fix}\n`);
});

test("a broken document is told once where it is, and by its name as far as that can be read", async () => {
  const path = file("broken.yaml", "kind: VirtualService\nmetadata: { name: a, namespace: x }\nspec: {\n");
  await analyze([path], "text");
  expect(written.out).toMatch(/broken\.yaml:\d+:\d+: error: VirtualService x\/a: cannot be read as YAML: /);
  expect(written.out).not.toMatch(/\(line/);
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

const entry = (name: string, port: number | string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: x }
spec:
  hosts: [${name}.example.com]
  resolution: NONE
  ports:
    - name: web
      number: ${port}
      protocol: HTTP
`;
const indented = (text: string, by: number): string => text.trimEnd().replaceAll("\n", `\n${" ".repeat(by)}`);

test("a finding has index, name, line and column, in a List as in a document of its own", async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n  - ${indented(entry("one", 80), 4)}\n  - ${indented(entry("two", 70_000), 4)}\n`;
  const path = file("list.yaml", `${list}---\n${entry("three", 70_000)}`);
  expect(await validate([path])).toBe(1);
  const all = results();
  expect(all.map(({ source, name, valid }) => [source, name, valid])).toEqual([
    [`${path}:4`, "one", true],
    [`${path}:14`, "two", false],
    [`${path}:25`, "three", false],
  ]);
  const place = "spec.ports[0](name: web).number";
  expect(all[1]?.errors).toMatchObject([{ path: place, line: 22, column: 11 }]);
  expect(all[2]?.errors).toMatchObject([{ path: place, line: 33, column: 7 }]);
  await analyze([path]);
  expect(findings().filter(({ level }) => level === "error")).toMatchObject([
    { name: "two", path: place, source: `${path}:22`, line: 22, column: 11 },
    { name: "three", path: place, source: `${path}:33`, line: 33, column: 7 },
  ]);
});

test("entries of a list of one kind need not say it again", async () => {
  const item = JSON.parse(JSON.stringify({ metadata: { name: "a", namespace: "x" }, spec: { hosts: [] } })) as object;
  const path = file("list.json", JSON.stringify({ apiVersion: "networking.istio.io/v1", kind: "ServiceEntryList", items: [item, item] }));
  expect(await validate([path])).toBe(1);
  expect(results().map(({ kind, name }) => [kind, name])).toEqual([
    ["ServiceEntry", "a"],
    ["ServiceEntry", "a"],
  ]);
});

test("a List in a List is opened too", async () => {
  const inner = `apiVersion: v1\nkind: List\nitems:\n  - ${indented(entry("two", 70_000), 4)}\n`;
  const path = file("list.yaml", `apiVersion: v1\nkind: List\nitems:\n  - ${indented(inner, 4)}\n  - ${indented(entry("three", 80), 4)}\n`);
  expect(await validate([path])).toBe(1);
  expect(results()).toMatchObject([
    { source: `${path}:7`, name: "two", valid: false, errors: [{ path: "spec.ports[0](name: web).number", line: 15, column: 15 }] },
    { source: `${path}:17`, name: "three", valid: true },
  ]);
});

test("objects whose names the API server completes are several, and not one written twice", async () => {
  const unnamed = (host: string) => entry(host, 80).replace(/name: \w+, namespace/, "generateName: web-, namespace");
  const path = file("unnamed.yaml", `${unnamed("one")}---\n${unnamed("two")}---\n${entry("web", 80)}`);
  expect(await analyze([path])).toBe(0);
  expect(findings()).toEqual([]);
  // Each stays in the world: one that claims the same host is told of the first.
  const same = file("same.yaml", `${unnamed("one")}---\n${unnamed("one").replace("HTTP", "TCP")}`);
  expect(await analyze([same])).toBe(1);
  const contradicting = findings().filter(({ code }) => code === "FL1012");
  expect(contradicting.map(({ name, source }) => [name, source])).toEqual([
    ["web-", `${same}:8`],
    ["web-", `${same}:19`],
  ]);
  const named = file("named.yaml", `${entry("one", 80)}---\n${entry("one", 80)}`);
  expect(await analyze([named])).toBe(1);
  expect(findings().map(({ code }) => code)).toEqual(["FL0902"]);
});

test("analyze leaves out what the object's owner does not want to hear, and tells errors all the same", async () => {
  const told = async (codes: string | undefined, text: string) => {
    const annotations = codes === undefined ? "" : `, annotations: { galley.istio.io/analyze-suppress: "${codes}" }`;
    await analyze([file("suppressed.yaml", text.replace("namespace: x }", `namespace: x${annotations} }`))]);
    return findings().map(({ code }) => code);
  };
  expect(await told(undefined, ROUTE)).toEqual(["FL1003"]);
  expect(await told("FL1001", ROUTE)).toEqual(["FL1003"]);
  expect(await told("FL1001, FL1003", ROUTE)).toEqual([]);
  expect(await told("*", ROUTE)).toEqual([]);
  expect(await told("*", entry("one", 70_000))).toEqual(["FL0206"]);
});

test("objects of other programs are valid and said once, misspelt ones of ours are not", async () => {
  const foreign = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: d }\n";
  const path = file("mixed.yaml", `${foreign}---\n${entry("a", 80)}---\n${foreign}`);
  expect(await validate([path])).toBe(0);
  expect(results()).toMatchObject([
    { kind: "Certificate", valid: true, judged: false, errors: [], warnings: [] },
    { kind: "ServiceEntry", valid: true },
    { kind: "Certificate", valid: true, judged: false },
  ]);
  expect(await runValidate({ ...CLUSTER, filename: [path], output: "text" })).toBe(0);
  expect(written.out).toMatch(/1 judged, 0 invalid, \d with warnings; 2 documents of other kinds not judged\n$/);
  written.out = "";
  expect(await validate([file("typo.yaml", entry("a", 80).replace("ServiceEntry", "ServiceEntri"))])).toBe(1);
});

const meshMap = (text: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: |\n    ${indented(text, 4)}\n`;

test("the mesh configuration is judged at its place: in a ConfigMap's text, in a text on one line, in mesh.yaml", async () => {
  const text = "accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: SOME_DAY\n";
  const block = file("block.yaml", meshMap(text));
  const line = file(
    "line.json",
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio" }, data: { mesh: text } }),
  );
  const bare = file("mesh.yaml", text);
  for (const [path, place] of [
    [block, { line: 8, column: 7 }],
    [line, { line: 1, column: 75, message: expect.stringContaining("(line 3 of mesh)") }],
    [bare, { line: 3, column: 3 }],
  ] as const) {
    const wrong = [{ path: "outboundTrafficPolicy.mode", ...place }];
    expect(await validate([path])).toBe(1);
    expect(results()[0]?.errors).toMatchObject(wrong);
    expect(await analyze([path])).toBe(1);
    expect(findings()).toMatchObject(wrong);
  }
  expect(await analyze([file("good.yaml", ROUTE), block])).toBe(1);
  findings();
  expect(await runAnalyze({ ...CLUSTER, filename: [file("good.yaml", ROUTE)], meshConfig: bare, output: "json" })).toBe(1);
  expect(findings()).toMatchObject([{ source: `${bare}:3`, line: 3, column: 3 }, { name: "a" }]);
});

test("of two objects of one name, and of two mesh configurations, the second is told", async () => {
  const path = file("twice.yaml", [entry("a", 80), entry("a", 80), meshMap("{}"), meshMap("{}")].join("---\n"));
  expect(await analyze([path])).toBe(1);
  const errors = findings().filter(({ level }) => level === "error");
  expect(errors.map(({ code, source }) => [code, source])).toEqual([
    ["FL0902", `${path}:14`],
    ["FL0903", `${path}:30`],
  ]);
  expect(errors[0]?.message).toContain(`${path}:1,`);
});

test("validate judges each document alone, or in a world that is read as standalone reads it", async () => {
  const alone = file("route.yaml", ROUTE);
  expect(await validate([alone])).toBe(0);
  expect(results()[0]?.warnings.filter(({ code }) => code.startsWith("FL10"))).toEqual([]);
  mkdirSync(join(folder, "world"));
  file("world/mesh.yaml", "outboundTrafficPolicy: { mode: REGISTRY_ONLY }\n");
  file("world/wrong.yaml", entry("nowhere", 70_000));
  expect(await validate([alone], { with: join(folder, "world") })).toBe(0);
  expect(results()[0]?.warnings).toMatchObject([{ path: "spec.http[0].route[0].destination.host", line: 8 }]);
  // The field's own place, how bad it is, and whose it is.
  expect(written.err).toMatch(
    /^in \S*world: wrong\.yaml:\d+:\d+: error: ServiceEntry x\/nowhere: spec\.ports\[0\]\(name: web\)\.number: .*\(FL0206\)\n$/,
  );
  file("world/right.yaml", entry("nowhere", 80));
  expect(await validate([alone], { with: join(folder, "world") })).toBe(0);
  expect(results()[0]?.warnings).toEqual([]);
  // What is only doubtful is in force there.
  written.err = "";
  rmSync(join(folder, "world/wrong.yaml"));
  file("world/doubtful.yaml", `${ROUTE}  tls_: []\n`);
  expect(await validate([alone], { with: join(folder, "world") })).toBe(0);
  expect(written.err).toBe("");
  file("world/also.yaml", meshMap("{}"));
  await expect(validate([alone], { with: join(folder, "world") })).rejects.toThrow("keep one of the two");
});

test("inject fits its containers to the LimitRanges and ResourceQuotas among the documents, and tells it", async () => {
  const pod = (namespace: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: ${namespace} }\nspec: { containers: [{ name: web, image: w }] }\n---\n`;
  const range =
    "apiVersion: v1\nkind: LimitRange\nmetadata: { name: small, namespace: shop }\nspec: { limits: [{ type: Container, max: { cpu: 500m } }] }\n";
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${range.trim().replaceAll("\n", "\n  ")}\n`;
  const cluster = { kubeVersion: "1.34" };
  for (const [name, limits] of Object.entries({ range, list })) {
    const filename = [file(`${name}.yaml`, `${pod("shop")}${pod("other")}${limits}`)];
    expect(await runInject({ ...cluster, filename, output: "json", explain: true })).toBe(0);
    const { explanations } = JSON.parse(written.out) as { explanations: { changes: [string, string][] }[] };
    written.out = "";
    expect(explanations.slice(0, 2).map(({ changes }) => Object.fromEntries(changes)["resources"])).toEqual([
      "istio-init limits.cpu 500m instead of 2 (LimitRange small, max); istio-proxy limits.cpu 500m instead of 2 (LimitRange small, max)",
      undefined,
    ]);
    expect(await runInject({ ...cluster, filename, output: "patch", explain: false })).toBe(0);
    expect(written.out.match(/"cpu": "500m"/g)).toHaveLength(2);
    written.out = "";
  }
});
