import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandWrapper } from "../../../tools/command-wrapper.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-wrapper-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function executable(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** A Node that says which it is and what it was given. */
const node = (path: string, version: string): string =>
  executable(join(folder, path), `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit; fi\necho "${path} $@"\n`);

function run() {
  const nodes = {
    brought: "../tools/node-linux-*/bin/node",
    builder: join(folder, "build'er/node"),
    installed: join(folder, "installed/node"),
  };
  const wrapper = executable(join(folder, "dist/fairlead"), commandWrapper(nodes));
  return spawnSync(wrapper, ["validate", "a b"], { encoding: "utf8" });
}

test("the Node that the Makefile brought comes first, then the one that built it, then the installed one", () => {
  const cli = join(folder, "dist/lib/cli.js");
  node("installed/node", "v24.1.0");
  expect(run().stdout).toBe(`installed/node ${cli} validate a b\n`);
  node("build'er/node", "v24.1.0");
  expect(run().stdout).toBe(`build'er/node ${cli} validate a b\n`);
  node("tools/node-linux-x64/bin/node", "v24.1.0");
  expect(run().stdout).toBe(`tools/node-linux-x64/bin/node ${cli} validate a b\n`);
});

test.each(["v20.19.2", "v9.0.0", "nonsense"])("an installed Node that is %s is not taken", (version) => {
  node("installed/node", version);
  const { status, stdout, stderr } = run();
  expect(status).toBe(127);
  expect(stdout).toBe("");
  expect(stderr).toContain("Node.js 24");
});

test("no Node at all is said in one line", () => {
  const { status, stderr } = run();
  expect(status).toBe(127);
  expect(stderr).toMatch(/^fairlead: no Node\.js 24 beside it; .*\n$/);
});
