import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProxyConfig } from "../../../src/main/proxy-config.ts";
import { wordsOf } from "../../../src/main/words-of.ts";
import { freePorts } from "../../api-server/child.ts";

const wordsFor = (failing: Promise<unknown>): Promise<string> => failing.then(() => "did not fail", wordsOf);
const proxyConfig = (options: { file?: string; admin?: string }) =>
  runProxyConfig("cluster", undefined, { namespace: "default", output: "short", ...options });

test("the system's errors say what to write instead", async () => {
  expect(await wordsFor(readFile("missing.yaml"))).toBe("missing.yaml does not exist; name a file or a folder that does");
  expect(await wordsFor(readFile(join(tmpdir(), "missing", "x.yaml")))).toContain("does not exist");
});

test("fetch's reason is told, not that it failed", async () => {
  const [port = 0] = await freePorts(1);
  const words = await wordsFor(proxyConfig({ admin: `http://127.0.0.1:${port}` }));
  expect(words).toContain(`nobody answers at 127.0.0.1:${port}`);
});

test("a file that is no dump, and an address that is none, are named", async () => {
  expect(await wordsFor(proxyConfig({ file: "README.md" }))).toContain("README.md is not JSON");
  expect(await wordsFor(proxyConfig({ file: "package.json" }))).toContain('package.json has no list "configs"');
  expect(await wordsFor(proxyConfig({ admin: "localhost" }))).toContain("http://127.0.0.1:15000");
});

test("what is thrown that is no error of the system keeps its words", () => {
  expect(wordsOf(new Error("plainly"))).toBe("plainly");
  expect(wordsOf("text")).toBe("text");
  expect(wordsOf(new AggregateError([new Error("first"), new Error("second")]))).toBe("first");
});
