import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNameTable } from "../../../src/agent/name-table.ts";
import { openResourceTable, type ResourceTable } from "../../../src/agent/resource-table.ts";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";
import { toldName } from "./told-name.ts";

let folder = "";
let table: ResourceTable;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-names-"));
  table = openResourceTable(join(folder, "domain.log"));
});
afterEach(() => {
  table.close();
  rmSync(folder, { recursive: true });
});

const find = (name: string) => createNameTable(table).find(name);

test.each([
  ["db.internal", "1.1.1.1"],
  ["DB.Internal", "1.1.1.1"],
  ["db.internal.", "1.1.1.1"],
  ["a.example.com", "3.3.3.3"],
  ["own.example.com", "2.2.2.2"],
  ["b.a.example.com", "3.3.3.3"],
  ["x.deep.example.com", "4.4.4.4"],
  ["deep.example.com", "3.3.3.3"],
  ["a.own.example.com", "3.3.3.3"],
])("%s is found: the name itself first, then the longest wildcard around it", (name, address) => {
  table.put(toldName("db.internal", ["1.1.1.1"]));
  table.put(toldName("own.example.com", ["2.2.2.2"]));
  table.put(toldName("*.example.com", ["3.3.3.3"]));
  table.put(toldName("*.deep.example.com", ["4.4.4.4"]));
  expect(find(name)?.v4).toEqual([address]);
});

test.each(["example.com", "other.internal", "internal", "xdb.internal", "", ".", "*", "..", "com"])("%j is not found", (name) => {
  table.put(toldName("db.internal", ["1.1.1.1"]));
  table.put(toldName("*.example.com", ["3.3.3.3"]));
  expect(find(name)).toBeUndefined();
});

test("a name without addresses is not answered, though a wildcard around it is", () => {
  table.put(toldName("*.example.com", ["3.3.3.3"]));
  table.put(toldName("own.example.com"));
  expect(find("own.example.com")).toBeUndefined();
  expect(find("other.example.com")?.v4).toEqual(["3.3.3.3"]);
});

test("addresses by family, what is none left out; a time to live that a message can hold", () => {
  table.put(toldName("both", ["1.1.1.1", "fd00::1", "web.example.com", "1.1.1.2", "300.1.1.1"], 60));
  expect(find("both")).toEqual({ v4: ["1.1.1.1", "1.1.1.2"], v6: ["fd00::1"], ttlSeconds: 60 });
  table.put(toldName("long", ["1.1.1.1"], 2 ** 40));
  table.put(toldName("less", ["1.1.1.1"], -1));
  expect([find("long")?.ttlSeconds, find("less")?.ttlSeconds]).toEqual([2 ** 31 - 1, 0]);
});

test("what changes in the table counts at the next look", () => {
  table.put(toldName("db.internal", ["1.1.1.1"]));
  table.put(toldName("db.internal", ["2.2.2.2"]));
  expect(find("db.internal")?.v4).toEqual(["2.2.2.2"]);
  table.remove("db.internal");
  expect(find("db.internal")).toBeUndefined();
});

test("a body that cannot be read, and a table that is closed, leave the name to the DNS servers", () => {
  table.put(encodeResource("odd", TYPE_URLS.domain, Uint8Array.of(0xff, 0xff, 0xff)));
  expect(find("odd")).toBeUndefined();
  const closed = createNameTable({
    get: () => {
      throw new Error("EBADF");
    },
  });
  expect(closed.find("db.internal")).toBeUndefined();
});
