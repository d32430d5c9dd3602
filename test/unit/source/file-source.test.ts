import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { StoredObject } from "../../../src/api/object.ts";
import { createFileSource, type FileSourceOptions } from "../../../src/source/file/file-source.ts";
import { until } from "../../api-server/child.ts";
import { collect, memoryLog } from "../../api-server/collected.ts";

function folder(files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "fairlead-source-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const dir = join(root, "config");
  mkdirSync(dir);
  const write = (name: string, text: string): void => {
    mkdirSync(join(dir, name, ".."), { recursive: true });
    writeFileSync(join(dir, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { root, dir, stateDir: join(root, "state"), write };
}

async function running(dir: string, options: Partial<FileSourceOptions> = {}) {
  const log = memoryLog();
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const source = createFileSource({ dir, log, report: () => undefined, pollMs: 60_000, ...options });
  const collected = collect();
  await source.start(collected.listener, ending.signal);
  return { ...collected, source, log, end: () => ending.abort() };
}

const entry = (name: string, host: string, namespace = "shop"): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  hosts: [${host}]
  ports:
  - {number: 443, name: tls, protocol: TLS}
  resolution: NONE
`;
const documents = (...texts: string[]): string => texts.join("---\n");
const key = (name: string): string => `ServiceEntry/shop/${name}`;
const hasHost = (host: string) => (object: StoredObject) => (object as StoredObject<"ServiceEntry">).spec.hosts?.[0] === host;
const mode = (object: StoredObject | undefined) => (object as StoredObject<"MeshConfig">).spec.outboundTrafficPolicy?.mode;
const meshMap = (text: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n${text.replace(/^/gm, "    ")}\n`;
const REGISTRY_ONLY = "outboundTrafficPolicy:\n  mode: REGISTRY_ONLY";

test("all of a folder comes in one delta, with the place of each object", async () => {
  const { dir } = folder({
    "a.yaml": documents(entry("one", "one.example.com"), entry("two", "two.example.com")),
    "deep/b.json": '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}',
    "list.yaml": `apiVersion: v1\nkind: List\nitems:\n- ${entry("three", "three.example.com").trim().replaceAll("\n", "\n  ")}\n`,
    "other.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\n",
    "notes.txt": "no: configuration",
    ".hidden.yaml": "{{{",
  });
  const { deltas, objects, source } = await running(dir);
  expect(deltas).toHaveLength(1);
  expect(Object.fromEntries([...objects].map(([name, object]) => [name, object.origin]))).toEqual({
    [key("one")]: "a.yaml:1",
    [key("two")]: "a.yaml:12",
    [key("three")]: "list.yaml:4",
    "Namespace//shop": "deep/b.json:1",
    "MeshConfig//mesh": "default",
  });
  expect(source.problems()).toEqual([]);
});

test("objects whose names the API server completes are several, and keep their names while their text stays", async () => {
  const unnamed = (host: string): string => entry("web-", host).replace("name: web-", "generateName: web-");
  const { dir, write } = folder({ "a.yaml": documents(unnamed("one.example.com"), unnamed("two.example.com")) });
  const { objects, source, wait } = await running(dir);
  const entries = () => [...objects.keys()].filter((name) => name.startsWith("ServiceEntry/"));
  const names = entries();
  expect(names).toEqual([expect.stringMatching(/^ServiceEntry\/shop\/web-\w+$/), expect.stringMatching(/^ServiceEntry\/shop\/web-\w+$/)]);
  expect(source.problems()).toEqual([]);
  write("a.yaml", documents(entry("new", "new.example.com"), unnamed("one.example.com"), unnamed("two.example.com")));
  await wait(key("new"), hasHost("new.example.com"));
  expect(new Set(entries())).toEqual(new Set([...names, key("new")]));
});

test("a change is told alone, and a missing namespace is default", async () => {
  const { dir, write } = folder({ "a.yaml": documents(entry("one", "one.example.com"), entry("two", "two.example.com")) });
  const { deltas, wait } = await running(dir);
  write("a.yaml", documents(entry("one", "one.example.com"), entry("two", "changed.example.com")));
  await wait(key("two"), hasHost("changed.example.com"));
  write("new/folder/c.yaml", entry("three", "three.example.com").replace("  namespace: shop\n", ""));
  await wait("ServiceEntry/default/three", hasHost("three.example.com"));
  expect(deltas.slice(1).map((delta) => [...delta.keys()])).toEqual([[key("two")], ["ServiceEntry/default/three"]]);
});

test("addresses in the status of a ServiceEntry are read, and a change of them is told", async () => {
  const given = (value: string): string =>
    `${entry("one", "one.example.com")}status: {addresses: [{value: ${value}, host: one.example.com}, {}]}\n`;
  const { dir, write } = folder({ "a.yaml": given("240.240.0.1") });
  const { objects, wait } = await running(dir);
  expect(objects.get(key("one") as never)?.status).toEqual({ addresses: [{ value: "240.240.0.1", host: "one.example.com" }] });
  write("a.yaml", given("240.240.0.2"));
  await wait(key("one"), (object) => object.status?.addresses[0]?.value === "240.240.0.2");
});

test("one broken document among good ones is named by line and column, and keeps what it was", async () => {
  const good = documents(entry("one", "one.example.com"), entry("two", "two.example.com"), entry("three", "three.example.com"));
  const { dir, write } = folder({ "a.yaml": good });
  const { wait, objects, source } = await running(dir);
  const torn = entry("two", "broken.example.com").replace("hosts: [", "hosts: [[");
  write("a.yaml", documents(entry("one", "changed.example.com"), torn, entry("three", "also.example.com")));
  await wait(key("three"), hasHost("also.example.com"));
  await sleep(120); // longer than something that really left would stay
  expect(objects.get(key("one") as never)).toSatisfy(hasHost("changed.example.com"));
  expect(objects.get(key("two") as never)).toSatisfy(hasHost("two.example.com"));
  expect(source.problems()).toMatchObject([{ origin: expect.stringMatching(/^a\.yaml:1[89]:\d+$/), findings: [{ code: "FL0901" }] }]);
  write("a.yaml", good);
  await wait(key("three"), hasHost("three.example.com"));
  expect(source.problems()).toEqual([]);
});

test("an object that breaks the schema keeps its last good version, with the line of the field", async () => {
  const { dir, write } = folder({ "a.yaml": entry("one", "one.example.com") });
  const { wait, objects, source } = await running(dir);
  write("a.yaml", documents(entry("one", "x").replace("hosts: [x]", "hosts: 7"), entry("two", "two.example.com")));
  await wait(key("two"), hasHost("two.example.com"));
  expect(objects.get(key("one") as never)).toSatisfy(hasHost("one.example.com"));
  expect(source.problems()).toMatchObject([{ object: key("one"), origin: "a.yaml:1", findings: [{ path: "spec.hosts", line: 7 }] }]);
});

test("of two objects of one name the first by path is in force, and both places are named", async () => {
  const { dir } = folder({ "b.yaml": entry("one", "second.example.com"), "a.yaml": `# first\n${entry("one", "first.example.com")}` });
  const { wait, objects, source } = await running(dir);
  expect(objects.get(key("one") as never)).toSatisfy(hasHost("first.example.com"));
  expect(source.problems()).toMatchObject([
    { object: key("one"), origin: "b.yaml:1", findings: [{ message: expect.stringContaining("a.yaml:2") }] },
  ]);
  unlinkSync(join(dir, "a.yaml"));
  await wait(key("one"), hasHost("second.example.com"));
  expect(source.problems()).toEqual([]);
});

test("a file that is replaced, emptied and written, or swapped by a link never takes its objects out of force", async () => {
  const { dir, root, write } = folder({ "a.yaml": entry("one", "v1.example.com") });
  mkdirSync(join(root, "versions/1"), { recursive: true });
  mkdirSync(join(root, "versions/2"), { recursive: true });
  writeFileSync(join(root, "versions/1/c.yaml"), entry("linked", "v1.example.com"));
  writeFileSync(join(root, "versions/2/c.yaml"), entry("linked", "v2.example.com"));
  symlinkSync(join(root, "versions/1"), join(dir, "..data"));
  symlinkSync("..data/c.yaml", join(dir, "c.yaml"));
  const { wait, deltas } = await running(dir);
  writeFileSync(join(dir, ".a.yaml.swp"), entry("one", "v2.example.com"));
  renameSync(join(dir, "a.yaml"), join(dir, "a.yaml~"));
  renameSync(join(dir, ".a.yaml.swp"), join(dir, "a.yaml"));
  await wait(key("one"), hasHost("v2.example.com"));
  write("a.yaml", "");
  await sleep(10);
  write("a.yaml", entry("one", "v3.example.com"));
  await wait(key("one"), hasHost("v3.example.com"));
  symlinkSync(join(root, "versions/2"), join(dir, "..data_tmp"));
  renameSync(join(dir, "..data_tmp"), join(dir, "..data"));
  await wait(key("linked"), hasHost("v2.example.com"));
  expect(deltas.flatMap((delta) => [...delta.values()]).filter((change) => change.after === undefined)).toEqual([]);
  unlinkSync(join(dir, "a.yaml"));
  await wait(key("one"));
});

test("an object that moves to another file is not away in between, and nobody is told of two", async () => {
  const { dir } = folder({ "a.yaml": entry("one", "one.example.com") });
  const { wait, source, deltas } = await running(dir);
  renameSync(join(dir, "a.yaml"), join(dir, "b.yaml"));
  await wait(key("one"), (object) => object.origin === "b.yaml:1");
  expect(source.problems()).toEqual([]);
  expect(deltas.slice(1).flatMap((delta) => [...delta.values()])).toMatchObject([{ before: {}, after: {} }]);
});

test("what no watcher tells is found by looking from time to time", async () => {
  const { dir, root } = folder();
  writeFileSync(join(root, "outside.yaml"), entry("one", "v1.example.com"));
  symlinkSync(join(root, "outside.yaml"), join(dir, "a.yaml"));
  const { wait } = await running(dir, { pollMs: 50 });
  writeFileSync(join(root, "outside.yaml"), entry("one", "v2.example.com"));
  await wait(key("one"), hasHost("v2.example.com"));
});

/** What is in force is remembered after it is in force: a disk may be slow. */
const remembered = (stateDir: string) => expect.poll(() => existsSync(join(stateDir, "mesh-last-good.yaml"))).toBe(true);

test("a mesh configuration that does not validate leaves the last good one in force, through a restart too", async () => {
  const { dir, stateDir, write } = folder({ "istio.yaml": meshMap(REGISTRY_ONLY) });
  const first = await running(dir, { stateDir });
  expect(mode(first.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  write("istio.yaml", `# note\n${meshMap("accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: SOME_DAY")}`);
  write("z.yaml", entry("one", "one.example.com"));
  await first.wait(key("one"), hasHost("one.example.com"));
  const [problem] = first.source.problems();
  expect(problem).toMatchObject({ origin: "istio.yaml:2", findings: [{ path: "outboundTrafficPolicy.mode", line: 9, column: 7 }] });
  expect(mode(first.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  await remembered(stateDir);
  first.end();
  const second = await running(dir, { stateDir });
  expect(mode(second.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  second.end();
  write("istio.yaml", meshMap(REGISTRY_ONLY).replace("data:", "data: ["));
  const third = await running(dir, { stateDir });
  expect(mode(third.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
});

test.each([
  ["istio.yaml", meshMap],
  ["mesh.yaml", (text: string) => text],
])("%s that is deleted opens nothing: the last good one stays, a restart included, until {} is written", async (name, as) => {
  const { dir, stateDir, write } = folder({ [name]: as(REGISTRY_ONLY) });
  const first = await running(dir, { stateDir });
  unlinkSync(join(dir, name));
  await expect.poll(() => first.source.problems()).toMatchObject([{ findings: [{ code: "FL0908" }] }]);
  expect(mode(first.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  await remembered(stateDir);
  first.end();
  const second = await running(dir, { stateDir });
  expect(mode(second.objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  expect(second.source.problems()).toHaveLength(1);
  write(name, as("{}"));
  await second.wait("MeshConfig//mesh", (object) => mode(object) === undefined);
  await expect.poll(() => second.source.problems()).toEqual([]);
  second.end();
});

test("mesh.yaml is the mesh configuration; beside the ConfigMap it is an error that names both", async () => {
  const { dir, write } = folder({ "mesh.yaml": REGISTRY_ONLY });
  const { objects, source, wait } = await running(dir);
  expect(mode(objects.get("MeshConfig//mesh" as never))).toBe("REGISTRY_ONLY");
  write("mesh.yaml", "outboundTrafficPolicy: {mode: ALLOW_ANY}");
  await wait("MeshConfig//mesh", (object) => mode(object) === "ALLOW_ANY");
  write("istio.yaml", meshMap(REGISTRY_ONLY));
  write("z.yaml", entry("one", "one.example.com"));
  await wait(key("one"), hasHost("one.example.com"));
  expect(mode(objects.get("MeshConfig//mesh" as never))).toBe("ALLOW_ANY");
  expect(source.problems()[0]?.findings[0]?.message).toMatch(/istio\.yaml:1 .*mesh\.yaml:1/);
  await expect(running(dir)).rejects.toThrow(/istio\.yaml:1 .*mesh\.yaml:1/);
});

test("a folder that is not there is told at the start, and later takes nothing out of force", async () => {
  const { dir, root } = folder({ "a.yaml": entry("one", "one.example.com") });
  await expect(running(join(root, "nowhere"))).rejects.toThrow(/nowhere cannot be read .*create it/);
  const { source, objects } = await running(dir, { pollMs: 20 });
  renameSync(dir, join(root, "away"));
  await expect.poll(() => source.problems().map((problem) => problem.id)).toContain("folder");
  await sleep(120);
  expect(objects.has(key("one") as never)).toBe(true);
  renameSync(join(root, "away"), dir);
  await expect.poll(() => source.problems()).toEqual([]);
});

test("hostile files are told of and harm nothing", async () => {
  const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${"bcdefghi"
    .split("")
    .map((l, i) => `${l}: &${l} [${`*${"abcdefgh"[i]},`.repeat(9)}]`)
    .join("\n")}\n`;
  const { dir } = folder({
    "bomb.yaml": bomb,
    "deep.yaml": `${"[".repeat(20_000)}`,
    "proto.json": `{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"p","__proto__":{"name":"q"}},"__proto__":{"spec":1}}`,
    "binary.yaml": "\u0000\u0001\u0002",
    "kind.yaml": "apiVersion: networking.istio.io/v9\nkind: ServiceEntry\nmetadata: {name: x}\n",
    "good.yaml": entry("one", "one.example.com"),
  });
  const { objects, source } = await running(dir);
  expect([...objects.keys()].filter((name) => name.startsWith("ServiceEntry/shop"))).toEqual([key("one")]);
  const told = source.problems().map((problem) => problem.origin?.split(":")[0]);
  expect(told).toEqual(expect.arrayContaining(["bomb.yaml", "deep.yaml", "binary.yaml", "kind.yaml"]));
  const deep = source.problems().find((problem) => problem.origin?.startsWith("deep.yaml"));
  expect(deep?.findings[0]?.message).toContain("nested too deeply");
  expect(({} as { spec?: unknown }).spec).toBeUndefined();
});

test("what the webhook would refuse is refused here, and what is not carried out yet is told", async () => {
  const { dir } = folder({
    "bad.yaml": `${entry("bad", "bad.example.com")}  endpoints:\n  - address: 10.0.0.1\n  workloadSelector:\n    labels: {app: x}\n`,
    "mesh.yaml": "noSuchField: true\n",
    "good.yaml": entry("one", "one.example.com"),
  });
  const { objects, source } = await running(dir);
  expect([...objects.keys()].sort()).toEqual(["MeshConfig//mesh", key("one")]);
  expect(source.problems()).toMatchObject([
    {
      object: key("bad"),
      origin: "bad.yaml:1",
      findings: expect.arrayContaining([expect.objectContaining({ code: "FL0301", level: "error" })]),
    },
    { object: "MeshConfig//mesh", findings: [{ level: "warning", path: "noSuchField", line: 1 }] },
  ]);
});

test("a folder in whose place another is put is followed on", async () => {
  const { dir, root } = folder({ "a.yaml": entry("one", "v1.example.com") });
  mkdirSync(join(root, "next"));
  writeFileSync(join(root, "next/a.yaml"), entry("one", "v2.example.com"));
  const { wait } = await running(dir, { pollMs: 30 });
  renameSync(dir, join(root, "old"));
  renameSync(join(root, "next"), dir);
  await wait(key("one"), hasHost("v2.example.com"));
  writeFileSync(join(dir, "a.yaml"), entry("one", "v3.example.com"));
  await wait(key("one"), hasHost("v3.example.com"));
});

describe("what has the name of a file and cannot be read as one", () => {
  const OTHERS = { "a.yaml": entry("one", "one.example.com"), "z.yaml": entry("two", "two.example.com") };
  const strange: readonly (readonly [string, (path: string) => void, string])[] = [
    ["a named pipe", (path) => execFileSync("mkfifo", [path]), "a named pipe and no file"],
    ["a link into a device without end", (path) => symlinkSync("/dev/zero", path), "a device and no file"],
    ["a link to a file of the kernel", (path) => symlinkSync("/proc/self/pagemap", path), "cannot be read"],
    ["a file of 20 MB", (path) => writeFileSync(path, Buffer.alloc(20 * 1024 * 1024, "#")), "it has 20 MB, and 16 MB are the most"],
  ];

  test.for(strange)("%s is told at the start and later; the files beside it stay in force", async ([, make, fault]) => {
    const { dir, write } = folder(OTHERS);
    make(join(dir, "m.yaml"));
    const { wait, objects, source } = await running(dir);
    expect([...objects.keys()]).toEqual(expect.arrayContaining([key("one"), key("two")]));
    expect(source.problems()).toMatchObject([
      { origin: "m.yaml", findings: [{ code: "FL0904", message: expect.stringContaining(fault) }] },
    ]);
    make(join(dir, "n.yaml"));
    write("z.yaml", entry("two", "changed.example.com"));
    await wait(key("two"), hasHost("changed.example.com"));
    expect(source.problems().map(({ origin }) => origin)).toEqual(["m.yaml", "n.yaml"]);
    unlinkSync(join(dir, "n.yaml"));
    rmSync(join(dir, "m.yaml"));
    write("z.yaml", entry("two", "again.example.com"));
    await wait(key("two"), hasHost("again.example.com"));
    expect(source.problems()).toEqual([]);
  });

  test("what the file held before stays in force, and the same file again ends the problem", async () => {
    const { dir, write } = folder(OTHERS);
    const { wait, objects, source } = await running(dir);
    unlinkSync(join(dir, "a.yaml"));
    execFileSync("mkfifo", [join(dir, "a.yaml")]);
    await until(
      () => source.problems().length === 1,
      () => "the pipe is not told",
      20,
    );
    await sleep(120); // longer than something that really left would stay
    expect(objects.get(key("one") as never)).toSatisfy(hasHost("one.example.com"));
    unlinkSync(join(dir, "a.yaml"));
    write("a.yaml", OTHERS["a.yaml"]);
    write("z.yaml", entry("two", "changed.example.com"));
    await wait(key("two"), hasHost("changed.example.com"));
    expect(source.problems()).toEqual([]);
  });
});
