// Bundles the two programs: dist/lib (the command `fairlead`, in chunks so that each role loads only its own) and dist/agent.js
// (one small file for the pod). Third-party licence texts of what was bundled lie beside them.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { commandWrapper } from "./command-wrapper.ts";

const DIST = resolve("dist");

// CommonJS packages (@grpc/grpc-js, node-forge, pino) call require() and read __dirname, which an ES module has not.
const BANNER = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
].join("\n");

const SHARED = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: { js: BANNER },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
} satisfies BuildOptions;

const WRAPPER = commandWrapper({
  brought: "../tools/node/node_modules/node-linux-*/bin/node",
  builder: process.execPath,
  installed: "/usr/local/bin/node",
});

function entry(path: string): string {
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist: there is nothing to bundle`);
  }
  return path;
}

function packagesOf(metafile: Metafile): readonly string[] {
  const found = Object.keys(metafile.inputs).flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[0] ?? []);
  return [...new Set(found)].sort();
}

function licences(metafile: Metafile): string {
  return packagesOf(metafile)
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
      const file = readdirSync(folder).find((candidate) => /^(licen[cs]e|copying)/i.test(candidate));
      return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8")}`;
    })
    .join("\n\n--------\n\n");
}

/** Which packages were bundled, by their paths in the lockfile: for the bill of materials. */
const listOf = (metafile: Metafile): string => `${JSON.stringify(packagesOf(metafile), null, 2)}\n`;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function buildCommand(): Promise<void> {
  const outdir = join(DIST, "lib");
  const made = await build({ ...SHARED, entryPoints: [entry("src/main/cli.ts")], outdir, splitting: true, write: false });
  rmSync(outdir, { recursive: true, force: true });
  for (const file of made.outputFiles) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.contents);
  }
  write(join(outdir, "package.json"), '{ "type": "module" }\n');
  write(join(outdir, "THIRD_PARTY_LICENSES"), licences(made.metafile));
  write(`${outdir}.packages.json`, listOf(made.metafile));
  write(join(DIST, "fairlead"), WRAPPER);
  chmodSync(join(DIST, "fairlead"), 0o755);
}

async function buildAgent(): Promise<void> {
  const outfile = join(DIST, "agent.js");
  const made = await build({ ...SHARED, entryPoints: [entry("src/main/agent.ts")], outfile, minify: true, sourcemap: "external" });
  write(`${outfile}.LICENSES`, licences(made.metafile));
  write(`${outfile}.packages.json`, listOf(made.metafile));
}

async function main(): Promise<void> {
  write(join(DIST, "package.json"), '{ "type": "module" }\n');
  await buildAgent();
  await buildCommand();
}

try {
  await main();
} catch (error) {
  // esbuild has already shown where its errors are; its stack says nothing more.
  if (!(error instanceof Error && "errors" in error)) {
    console.error(`cannot build: ${error instanceof Error ? error.message : error}`);
  }
  process.exitCode = 1;
}
