import { closeSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** Where a record's body lies in its file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** One record as it is read back: its kind, its place, its body. */
export interface StoredRecord {
  readonly kind: number;
  readonly span: Span;
  readonly body: Uint8Array;
}

/** A file that only grows: records one after the other, each with its length, kind and checksum. */
export interface RecordFile {
  /** Throws what the file system throws; the file is then as it was. */
  append(kind: number, body: Uint8Array): Span;
  read(span: Span): Uint8Array;
  /** Every record from the start. What follows the first torn one (a crash while writing) is cut off. */
  scan(visit: (record: StoredRecord) => void): void;
  /** Bytes so far. */
  size(): number;
  close(): void;
  /** Takes the place of the file at `path`, atomically. */
  moveTo(path: string): void;
}

const HEADER = 9;

/** Opens or makes the file; `fresh` empties it first. Throws what the file system throws. */
export function openRecordFile(path: string, fresh = false): RecordFile {
  const file = openSync(path, fresh ? "w+" : "a+", 0o600);
  let end = 0;
  return {
    append: (kind, body) => {
      const record = encode(kind, body);
      try {
        writeAll(file, record);
      } catch (error) {
        // Half a record (a full disk) would hide all that is written after it.
        ftruncateSync(file, end);
        throw error;
      }
      const span = { offset: end + HEADER, length: body.length };
      end += record.length;
      return span;
    },
    read: (span) => readExactly(file, span.offset, span.length) ?? new Uint8Array(),
    scan: (visit) => {
      end = scanRecords(file, visit);
      ftruncateSync(file, end);
    },
    size: () => end,
    close: () => closeSync(file),
    moveTo: (target) => renameSync(path, target),
  };
}

function encode(kind: number, body: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER + body.length);
  record.writeUInt32LE(body.length, 0);
  record.writeUInt8(kind, 4);
  record.writeUInt32LE(crc32(body, kind), 5);
  record.set(body, HEADER);
  return record;
}

function writeAll(file: number, record: Uint8Array): void {
  for (let written = 0; written < record.length; ) {
    written += writeSync(file, record, written);
  }
}

function scanRecords(file: number, visit: (record: StoredRecord) => void): number {
  let at = 0;
  for (;;) {
    const header = readExactly(file, at, HEADER);
    if (header === undefined) {
      return at;
    }
    const length = header.readUInt32LE(0);
    const kind = header.readUInt8(4);
    const body = readExactly(file, at + HEADER, length);
    if (body === undefined || crc32(body, kind) !== header.readUInt32LE(5)) {
      return at;
    }
    visit({ kind, span: { offset: at + HEADER, length }, body });
    at += HEADER + length;
  }
}

/** A record longer than this is none: lengths in a torn header are arbitrary, and must not become allocations. */
const LONGEST = 256 * 1024 * 1024;

function readExactly(file: number, offset: number, length: number): Buffer | undefined {
  if (length > LONGEST) {
    return undefined;
  }
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let read = 0; read < length; ) {
    const more = readSync(file, buffer, read, length - read, offset + read);
    if (more === 0) {
      return undefined;
    }
    read += more;
  }
  return buffer;
}
