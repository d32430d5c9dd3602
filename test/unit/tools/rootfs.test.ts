import { chmodSync, existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { file, folder, librariesOf, link, merged, program, script, text, writeRootfs } from "../../../tools/images/rootfs.ts";
import { plantedProject } from "./planted-project.ts";

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

test("what is put in has its own mode, and no parent's mode comes along from where it was", () => {
  const source = plantedProject({ "private/tool": "#!/bin/sh\n" });
  chmodSync(join(source, "private"), 0o700);
  const root = join(plantedProject({}), "rootfs");
  const from = join(source, "private/tool");
  writeRootfs(root, {
    "usr/local/bin/tool": program(from),
    "etc/tool.conf": file(from),
    "usr/bin/start": script("#!/bin/sh\n"),
    "etc/name": text("x\n"),
    tmp: folder(0o1777),
    "tmp/.keep": text(""),
    bin: link("usr/bin"),
  });
  expect(
    ["usr", "usr/local/bin", "usr/local/bin/tool", "etc/tool.conf", "usr/bin/start", "etc/name", "tmp"].map((path) =>
      modeOf(join(root, path)),
    ),
  ).toEqual(["755", "755", "755", "644", "755", "644", "1777"]);
  expect(readlinkSync(join(root, "bin"))).toBe("usr/bin");
  expect(readFileSync(join(root, "bin/start"), "utf8")).toBe("#!/bin/sh\n");
});

test("what was there before is gone", () => {
  const root = plantedProject({ "old/file": "" });
  writeRootfs(root, { "new/file": text("") });
  expect([existsSync(join(root, "old")), existsSync(join(root, "new/file"))]).toEqual([false, true]);
});

test("libraries lie under /usr, whichever of the two paths ldd names", () => {
  expect(["/lib64/ld.so", "/usr/lib/a.so", "/sbin/x"].map(merged)).toEqual(["usr/lib64/ld.so", "usr/lib/a.so", "usr/sbin/x"]);
  const libraries = Object.keys(librariesOf([process.execPath]));
  expect(libraries).toContainEqual(expect.stringMatching(/^usr\/lib\/.*libc\.so\.6$/));
  expect(libraries).toContainEqual(expect.stringMatching(/^usr\/lib(64)?\/(.*\/)?ld-linux/));
  expect(librariesOf(["/etc/passwd"])).toEqual({});
});
