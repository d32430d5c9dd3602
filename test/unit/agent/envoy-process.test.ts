import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEnvoyProcess } from "../../../src/agent/envoy-process.ts";
import { heldClock } from "./held-clock.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-process-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function supervise(program: string, args: readonly string[], pidFile = join(folder, "pid")) {
  const clock = heldClock();
  const waits: unknown[] = [];
  const lines: string[] = [];
  const warned: string[] = [];
  let ended = Promise.withResolvers<void>();
  const log = {
    debug: () => {},
    info: () => {},
    warn: (fields: Readonly<Record<string, unknown>>) => void warned.push(String(fields["reason"])),
    error: (fields: Readonly<Record<string, unknown>>) => {
      waits.push(fields["waitMs"]);
      ended.resolve();
      ended = Promise.withResolvers();
    },
  };
  const envoy = createEnvoyProcess({
    program,
    arguments: args,
    pidFile,
    clock,
    random: () => 0.5,
    log,
    print: (line) => lines.push(line),
    starting: () => {},
  });
  return { envoy, clock, waits, lines, warned, next: () => ended.promise };
}

test("a program that ends is started again, later each time", async () => {
  const { envoy, clock, waits, lines, next } = supervise("/bin/sh", ["-c", "echo one; printf two; exit 3"]);
  envoy.start();
  for (let round = 0; round < 4; round++) {
    await next();
    clock.advance(1000);
  }
  expect(waits.slice(0, 4)).toEqual([75, 150, 300, 600]);
  expect(envoy.starts()).toBe(5);
  await next();
  expect(lines.slice(0, 2)).toEqual(["one", "two"]);
  await envoy.stop(1000);
});

test("a program that does not exist is a failure like any other", async () => {
  const { envoy, waits, next } = supervise("/no/such/program", []);
  envoy.start();
  await next();
  expect(waits).toEqual([75]);
  expect(envoy.running()).toBe(false);
  await envoy.stop(1000);
});

test("who does not end on TERM is killed when its time is over, and not started again", async () => {
  const { envoy, clock, waits, lines } = supervise("/bin/sh", ["-c", 'trap "" TERM; echo up; while :; do sleep 0.05; done']);
  envoy.start();
  while (lines.length === 0) await new Promise((done) => setTimeout(done, 5));
  const stopped = envoy.stop(2000);
  clock.advance(2000);
  await stopped;
  expect(envoy.running()).toBe(false);
  expect(waits).toEqual([]);
});

test("a process id that cannot be noted stops neither the first start nor a later one", async () => {
  const { envoy, clock, waits, warned, next } = supervise("/bin/sh", ["-c", "exit 3"], join(folder, "gone", "pid"));
  envoy.start();
  await next();
  clock.advance(1000);
  await next();
  expect(envoy.starts()).toBe(2);
  expect(waits).toHaveLength(2);
  expect(warned).toHaveLength(2);
  expect(warned[0]).toContain("ENOENT");
  await envoy.stop(1000);
});
