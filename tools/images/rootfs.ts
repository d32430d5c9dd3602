// Folders as they will be in an image: what is put where, with which mode. Nothing brings its own parents' modes along.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Path inside the image → what is there. Paths have no leading slash. */
export type Contents = Readonly<Record<string, Entry>>;

export type Entry =
  | { readonly kind: "folder"; readonly mode: number }
  | { readonly kind: "copy"; readonly from: string; readonly mode: number }
  | { readonly kind: "text"; readonly text: string; readonly mode: number }
  | { readonly kind: "link"; readonly to: string };

export const folder = (mode = 0o755): Entry => ({ kind: "folder", mode });
export const program = (from: string): Entry => ({ kind: "copy", from, mode: 0o755 });
export const file = (from: string): Entry => ({ kind: "copy", from, mode: 0o644 });
export const script = (text: string): Entry => ({ kind: "text", text, mode: 0o755 });
export const text = (content: string): Entry => ({ kind: "text", text: content, mode: 0o644 });
export const link = (to: string): Entry => ({ kind: "link", to });

/** Replaces `root` by exactly `contents`. */
export function writeRootfs(root: string, contents: Contents): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const path of Object.keys(contents).sort()) {
    parents(root, dirname(path));
    writeEntry(join(root, path), contents[path] as Entry);
  }
}

function parents(root: string, path: string): void {
  if (path === "." || existsSync(join(root, path))) {
    return;
  }
  parents(root, dirname(path));
  mkdirSync(join(root, path));
  chmodSync(join(root, path), 0o755);
}

function writeEntry(target: string, entry: Entry): void {
  if (entry.kind === "link") {
    symlinkSync(entry.to, target);
    return;
  }
  if (entry.kind === "folder") {
    mkdirSync(target, { recursive: true });
  } else if (entry.kind === "copy") {
    copyFileSync(entry.from, target);
  } else {
    writeFileSync(target, entry.text);
  }
  chmodSync(target, entry.mode);
}

/** The shared libraries of programs, as `ldd` names them, under the paths of a merged /usr. */
export function librariesOf(programs: readonly string[]): Contents {
  const paths = new Set(programs.flatMap((path) => listLibraries(path)));
  return Object.fromEntries([...paths].map((path) => [merged(path), program(realpathSync(path))]));
}

function listLibraries(path: string): readonly string[] {
  try {
    const out = execFileSync("ldd", [path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return [...out.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] as string);
  } catch {
    return []; // "not a dynamic executable": busybox-static, Go programs
  }
}

/** A file's place in an image whose /bin, /sbin, /lib and /lib64 are links into /usr. */
export function merged(path: string): string {
  return path.replace(/^\/(?:usr\/)?/, "usr/");
}

/** First of `candidates` that exists; the system packages put them at different places in Debian's releases. */
export function firstExisting(...candidates: readonly string[]): string {
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new Error(`none of ${candidates.map((path) => basename(path)).join(", ")} is installed (looked at ${candidates.join(", ")})`);
  }
  return found;
}
