// Completes package-lock.json after `npm install` with the packages for other platforms.
//
// npm leaves an optional package out of the lockfile when the registry it asks (a mirror, say) has no copy of it, and `npm ci` then
// refuses the lockfile as incomplete. Such a package is never wanted on the platform that left it out, so its version, which its
// parent pins exactly, and the platform, which its name tells, are enough. There is no integrity to write down.
import { readFileSync, writeFileSync } from "node:fs";

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const LOCKFILE = "package-lock.json";
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const CPUS = ["arm64", "armv7", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

function platformOf(name: string): object {
  const words = (name.split("/").at(-1) ?? name).split("-");
  const cpu = CPUS.find((candidate) => words.includes(candidate));
  const os = SYSTEMS.find((candidate) => words.includes(candidate));
  if (cpu === undefined || (os === undefined && cpu !== "wasm32")) {
    throw new Error(`${name} is missing from ${LOCKFILE} and its name tells no platform`);
  }
  const libc = words.some((word) => word.startsWith("musl")) ? { libc: ["musl"] } : {};
  return { cpu: [cpu === "armv7" ? "arm" : cpu], ...(os === undefined ? {} : { os: [os] }), ...libc };
}

const lock = JSON.parse(readFileSync(LOCKFILE, "utf8")) as { packages: Record<string, Locked> };
const added: string[] = [];
for (const [parent, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = [`${parent}/node_modules/${name}`, `node_modules/${name}`].some((path) => lock.packages[path] !== undefined);
    if (!known) {
      lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), optional: true } as Locked;
      added.push(`${name}@${version}`);
    }
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? `${LOCKFILE} is complete` : `added to ${LOCKFILE}: ${added.join(", ")}`);
