// A tar file of a folder that is the same wherever and whenever it is made: names sorted, owner root, dated 0, modes as on disk.
import { createHash, type Hash } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats, writeSync } from "node:fs";
import { join } from "node:path";

const BLOCK = 512;
const CHUNK = 4 * 1024 * 1024;

export interface TarFile {
  /** Lower-case hexadecimal sha256 of the file. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

interface Sink {
  readonly fd: number;
  readonly hash: Hash;
  size: number;
}

/** Writes `folder`'s contents (not the folder itself) to `target`. */
export function tarFolder(folder: string, target: string): TarFile {
  const sink: Sink = { fd: openSync(target, "w"), hash: createHash("sha256"), size: 0 };
  for (const path of walk(folder, "")) {
    addEntry(sink, join(folder, path), path);
  }
  put(sink, Buffer.alloc(2 * BLOCK));
  closeSync(sink.fd);
  return { sha256: sink.hash.digest("hex"), size: sink.size };
}

function* walk(root: string, under: string): Generator<string> {
  const entries = readdirSync(join(root, under), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(under, entry.name);
    yield path;
    if (entry.isDirectory()) {
      yield* walk(root, path);
    }
  }
}

function addEntry(sink: Sink, file: string, path: string): void {
  const stat = lstatSync(file);
  if (stat.isDirectory()) {
    put(sink, header({ path: `${path}/`, mode: stat.mode, size: 0, type: "5", link: "" }));
  } else if (stat.isSymbolicLink()) {
    put(sink, header({ path, mode: 0o777, size: 0, type: "2", link: readlinkSync(file) }));
  } else if (stat.isFile()) {
    put(sink, header({ path, mode: stat.mode, size: stat.size, type: "0", link: "" }));
    copyFile(sink, file, stat);
  } else {
    throw new Error(`${file} is neither file, folder nor link`);
  }
}

function copyFile(sink: Sink, file: string, stat: Stats): void {
  const fd = openSync(file, "r");
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stat.size, 1)));
  for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
    put(sink, buffer.subarray(0, got));
  }
  closeSync(fd);
  put(sink, Buffer.alloc((BLOCK - (stat.size % BLOCK)) % BLOCK));
}

function put(sink: Sink, bytes: Uint8Array): void {
  writeSync(sink.fd, bytes);
  sink.hash.update(bytes);
  sink.size += bytes.length;
}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: "0" | "2" | "5";
  readonly link: string;
}

/** One ustar header (POSIX.1-1988 as extended in 1.2001); a path over 100 bytes is split at a slash into prefix and name. */
function header(entry: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = split(entry.path);
  block.write(name, 0);
  block.write(octal(entry.mode & 0o7777, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(entry.size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write(entry.type, 156);
  block.write(short(entry.link, 100), 157);
  block.write("ustar\u000000", 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\u0000`;
}

function split(path: string): readonly [string, string] {
  if (Buffer.byteLength(path) <= 100) {
    return ["", path];
  }
  const slash = path.indexOf("/", path.length - 101);
  return [short(path.slice(0, slash), 155), short(path.slice(slash + 1), 100)];
}

function short(text: string, limit: number): string {
  if (Buffer.byteLength(text) > limit) {
    throw new Error(`too long for a tar header: ${text}`);
  }
  return text;
}
