import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEnvoyProcess } from "../../../src/agent/envoy-process.ts";
import { openResourceTable } from "../../../src/agent/resource-table.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { bodyOf, encodeResource } from "../../../src/rpc/delta-encoding.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]);
});
afterEach(() => {
  execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
});

const resource = (name: string, round = 0) => encodeResource(name, "t", Buffer.alloc(40_000, `${name}${round} `));
const textOf = (table: ReturnType<typeof openResourceTable>, name: string): string => {
  const found = table.get(name);
  return found ? Buffer.from(bodyOf(found).body).toString() : "";
};

describe.skipIf(process.getuid?.() !== 0)("a disk that is full", () => {
  test("refuses what does not fit, keeps and serves the rest, also to the next agent", () => {
    const path = join(folder, "cluster.log");
    const table = openResourceTable(path);
    const fits: string[] = [];
    expect(() => {
      for (let index = 0; index < 100; index++) {
        table.put(resource(`r${index}`));
        fits.push(`r${index}`);
      }
    }).toThrow("ENOSPC");
    expect([...table.names()]).toEqual(fits);
    expect(() => table.put(resource("r0", 1))).toThrow("ENOSPC");
    expect(textOf(table, "r0")).toContain("r00 ");
    expect(table.remove("r1")).toBe(true);
    table.complete();
    for (const name of fits.slice(2)) expect(textOf(table, name)).toContain(`${name}0 `);
    table.close();
    const again = openResourceTable(path);
    for (const name of fits.slice(2)) expect(textOf(again, name)).toContain(`${name}0 `);
    again.close();
  });

  test("a compaction that finds no room leaves the table as it was", () => {
    const table = openResourceTable(join(folder, "cluster.log"));
    const kept = ["a", "b", "c", "d"];
    for (const name of kept) table.put(resource(name));
    for (let round = 1; round <= 6; round++) {
      const next = resource("e", round);
      table.put(next);
      table.accept("e", next.version);
    }
    for (const name of kept) expect(textOf(table, name)).toContain(`${name}0 `);
    expect(textOf(table, "e")).toContain("e6 ");
    table.close();
  });

  test("Envoy is started and started again though its process id cannot be noted", async () => {
    expect(() => writeFileSync(join(folder, "ballast"), Buffer.alloc(1024 * 1024))).toThrow("ENOSPC");
    const reasons: string[] = [];
    const twice = Promise.withResolvers<void>();
    const envoy = createEnvoyProcess({
      program: "/bin/sh",
      arguments: ["-c", "exit 3"],
      pidFile: join(folder, "envoy.pid"),
      clock: systemClock,
      random: Math.random,
      log: { debug: () => {}, info: () => {}, error: () => {}, warn: ({ reason }) => void reasons.push(String(reason)) },
      print: () => {},
      starting: () => {
        if (reasons.length === 1) twice.resolve();
      },
    });
    envoy.start();
    await twice.promise;
    await envoy.stop(1000);
    expect(reasons[0]).toContain("ENOSPC");
  });
});
