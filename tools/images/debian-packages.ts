import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A package of the machine's distribution. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

export interface Owners {
  readonly packages: readonly DebianPackage[];
  /** Files that belong to no package. */
  readonly orphans: readonly string[];
}

/** What `dpkg-query` says; empty where there is none. */
function query(args: readonly string[]): string {
  return spawnSync("dpkg-query", args, { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }).stdout ?? "";
}

/** The names under which a package may have installed a file: before and after /usr was merged. */
function spellings(path: string): readonly string[] {
  const bare = path.replace(/^\/usr(?=\/(bin|sbin|lib))/, "");
  return [...new Set([path, bare, /^\/(bin|sbin|lib)/.test(path) ? `/usr${path}` : path])];
}

/** `name:arch, other: /path`, a line for each file that was asked about. */
function ownersOf(answer: string): ReadonlyMap<string, readonly string[]> {
  const lines = answer.split("\n").filter((line) => line.includes(": /") && !line.startsWith("diversion by"));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(": /");
      return [line.slice(at + 2), line.slice(0, at).split(", ")];
    }),
  );
}

/** The packages that installed these files, by name. */
export function packagesOwning(files: readonly string[]): Owners {
  const owners = ownersOf(query(["--search", ...files.flatMap(spellings)]));
  const found = files.map((file) => [file, spellings(file).flatMap((path) => owners.get(path) ?? [])] as const);
  const names = [...new Set(found.flatMap(([, packages]) => packages))];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const format = "${Package} ${Version} ${Architecture}\n";
  const lines =
    names.length === 0
      ? []
      : query(["--show", `--showformat=${format}`, ...names])
          .trim()
          .split("\n");
  const packages = lines.map((line) => {
    const [name = "", version = "", architecture = ""] = line.split(" ");
    return { name, version, architecture };
  });
  return {
    packages: packages.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    orphans: found.flatMap(([file, owning]) => (owning.length === 0 ? [file] : [])),
  };
}

/** `debian`, `ubuntu`. */
export function distribution(): string {
  return /^ID="?(\w+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "debian";
}
