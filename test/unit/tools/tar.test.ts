import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tarFolder } from "../../../tools/images/tar.ts";
import { plantedProject } from "./planted-project.ts";

const LONG = `${"folder-of-some-length/".repeat(5)}file-at-the-end-of-a-long-path.txt`;

function planted(): string {
  const root = plantedProject({ "b.txt": "hello\n", "a/run": "#!/bin/sh\n", [LONG]: "x".repeat(512), "z.txt": "" });
  chmodSync(join(root, "a/run"), 0o4755);
  chmodSync(join(root, "a"), 0o1777);
  chmodSync(join(root, "b.txt"), 0o640);
  symlinkSync("b.txt", join(root, "link"));
  return root;
}

test("the machine's tar reads it: names, modes, owner root, dated 0, links and contents", () => {
  const target = join(plantedProject({}), "x.tar");
  tarFolder(planted(), target);
  const listed = execFileSync("tar", ["--utc", "--numeric-owner", "--full-time", "-tvf", target], { encoding: "utf8" }).trim().split("\n");
  const lines = listed.map((line) => line.replaceAll(/\s+/g, " "));
  expect(lines).toContain("drwxrwxrwt 0/0 0 1970-01-01 00:00:00 a/");
  expect(lines).toContain("-rwsr-xr-x 0/0 10 1970-01-01 00:00:00 a/run");
  expect(lines).toContain("-rw-r----- 0/0 6 1970-01-01 00:00:00 b.txt");
  expect(lines).toContain("lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 link -> b.txt");
  expect(lines).toContain(`-rw-r--r-- 0/0 512 1970-01-01 00:00:00 ${LONG}`);
  expect(execFileSync("tar", ["-xOf", target, "b.txt"], { encoding: "utf8" })).toBe("hello\n");
});

test("the same folder made again at another time gives the same bytes, and the digest is that of the file", () => {
  const [one, two] = [planted(), planted()];
  utimesSync(join(two, "b.txt"), 1, 1);
  const targets = ["1.tar", "2.tar"].map((name) => join(plantedProject({}), name));
  const [first, second] = [tarFolder(one, targets[0] ?? ""), tarFolder(two, targets[1] ?? "")];
  expect(first).toEqual(second);
  const bytes = readFileSync(targets[0] ?? "");
  expect(first).toEqual({ sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length });
});

test("a name that no tar header holds is refused, not cut", () => {
  const root = plantedProject({ [`${"x".repeat(120)}.txt`]: "" });
  expect(() => tarFolder(root, join(plantedProject({}), "x.tar"))).toThrow("too long for a tar header");
});
