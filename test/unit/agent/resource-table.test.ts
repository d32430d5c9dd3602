import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openResourceTable } from "../../../src/agent/resource-table.ts";
import { bodyOf, encodeResource } from "../../../src/rpc/delta-encoding.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-store-"));
  path = join(folder, "cluster.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

const resource = (name: string, text: string) => encodeResource(name, "type.googleapis.com/t", Buffer.from(text));
const textOf = (table: ReturnType<typeof openResourceTable>, name: string): string | undefined => {
  const found = table.get(name);
  return found && Buffer.from(bodyOf(found).body).toString();
};

test("what was put is there after reopening, what was removed is not", () => {
  const first = openResourceTable(path);
  expect(first.put(resource("a", "1"))).toBe(true);
  first.put(resource("b", "2"));
  first.put(resource("a", "3"));
  expect(first.remove("b")).toBe(true);
  expect(first.remove("b")).toBe(false);
  first.complete();
  first.close();
  const again = openResourceTable(path);
  expect([...again.names()]).toEqual(["a"]);
  expect(textOf(again, "a")).toBe("3");
  expect(again.isComplete()).toBe(true);
  expect(again.versions()).toEqual(new Map([["a", resource("a", "3").version]]));
});

test("the same version is not written twice", () => {
  const table = openResourceTable(path);
  table.put(resource("a", "1"));
  const before = table.fileBytes();
  expect(table.put(resource("a", "1"))).toBe(false);
  expect(table.fileBytes()).toBe(before);
});

test.each([1, 5, 9, 20])("a tail torn by %d bytes costs the last record, and writing goes on after it", (torn) => {
  const first = openResourceTable(path);
  first.put(resource("a", "1"));
  first.put(resource("b", "2"));
  first.close();
  truncateSync(path, statSync(path).size - torn);
  const again = openResourceTable(path);
  expect([...again.names()]).toEqual(["a"]);
  again.put(resource("c", "3"));
  again.close();
  expect([...openResourceTable(path).names()]).toEqual(["a", "c"]);
});

test("a flipped byte and random tails never throw", () => {
  const first = openResourceTable(path);
  first.put(resource("a", "1"));
  first.put(resource("b", "2"));
  first.close();
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  expect([...openResourceTable(path).names()]).toEqual(["a"]);
  appendFileSync(path, Buffer.alloc(64, 0xff));
  expect([...openResourceTable(path).names()]).toEqual(["a"]);
});

test("a refused version gives way to the last accepted one, also after reopening", () => {
  const table = openResourceTable(path);
  const [good, bad] = [resource("a", "good"), resource("a", "bad")];
  table.put(good);
  table.accept("a", good.version);
  table.put(bad);
  table.reject("a", bad.version);
  expect(textOf(table, "a")).toBe("good");
  expect(table.versions().get("a")).toBe(bad.version);
  table.close();
  const again = openResourceTable(path);
  expect(textOf(again, "a")).toBe("good");
  expect(again.put(bad)).toBe(false);
  expect(again.put(resource("a", "better"))).toBe(true);
  expect(textOf(again, "a")).toBe("better");
});

test("two versions in a row, the second refused: the accepted one stays", () => {
  const table = openResourceTable(path);
  const versions = ["1", "2", "3"].map((text) => resource("a", text));
  for (const version of versions) table.put(version);
  table.reject("a", versions[2]?.version ?? "");
  expect(textOf(table, "a")).toBe("1");
});

test("a first version that is refused is not served, and not asked for again", () => {
  const table = openResourceTable(path);
  const bad = resource("a", "bad");
  table.put(bad);
  table.reject("a", bad.version);
  expect([...table.names()]).toEqual([]);
  expect(table.get("a")).toBeUndefined();
  expect(table.versions().get("a")).toBe(bad.version);
});

test("compaction keeps the file in proportion to what is alive, and loses nothing", () => {
  const table = openResourceTable(path);
  const body = "x".repeat(4096);
  for (let round = 0; round < 100; round++) {
    for (const name of ["a", "b", "c"]) {
      const next = resource(name, `${body}${round}`);
      table.put(next);
      table.accept(name, next.version);
    }
  }
  const refused = resource("d", "refused");
  table.put(refused);
  table.reject("d", refused.version);
  table.complete();
  for (let round = 0; round < 100; round++) table.put(resource("e", `${body}${round}`));
  expect(table.fileBytes()).toBeLessThan(320 * 1024);
  table.close();
  const again = openResourceTable(path);
  expect([...again.names()].sort()).toEqual(["a", "b", "c", "e"]);
  expect(textOf(again, "b")).toBe(`${body}99`);
  expect(again.versions().get("d")).toBe(refused.version);
  expect(again.isComplete()).toBe(true);
});
