import { decodeResource } from "../rpc/delta-encoding.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import { openRecordFile, type RecordFile, type Span } from "./record-file.ts";

/** All resources of one type: bodies in a file, names and versions in memory. */
export interface ResourceTable {
  names(): Iterable<string>;
  get(name: string): EncodedResource | undefined;
  /** Some version of it was received, be it one that was refused. */
  has(name: string): boolean;
  /** name → version as the controller last sent it, whether or not Envoy took it. */
  versions(): ReadonlyMap<string, string>;
  /** False when that very version is there already. Throws when the disk does not take it; the table is then as it was. */
  put(resource: EncodedResource): boolean;
  /** False when there is none. */
  remove(name: string): boolean;
  /** Envoy took this version; an older one is no longer kept for its sake. */
  accept(name: string, version: string): void;
  /** Envoy refused this version: the last one it took is served from now on, or none. */
  reject(name: string, version: string): void;
  /** A whole set has been received at least once. */
  isComplete(): boolean;
  complete(): void;
  /**
   * What a new Envoy must take: all that is served, and, until a whole set was taken once, also what was refused with nothing
   * older to fall back to.
   */
  required(): readonly string[];
  /** Envoy has taken a whole set. Remembered on disk. */
  prove(): void;
  size(): number;
  /** Bytes on disk, dead ones included. */
  fileBytes(): number;
  close(): void;
}

interface Version {
  readonly version: string;
  readonly span: Span;
}

interface Entry {
  /** The newest version; undefined when it was refused and nothing older is left. */
  current: Version | undefined;
  /** The last one that Envoy took, while it has not yet answered for `current`. */
  previous: Version | undefined;
  refused: string | undefined;
}

interface State {
  readonly path: string;
  file: RecordFile;
  readonly entries: Map<string, Entry>;
  complete: boolean;
  proven: boolean;
  live: number;
}

const PUT = 1;
const REMOVE = 2;
const COMPLETE = 3;
const REJECT = 4;
const PROVEN = 5;

/** Below this size dead bytes are left alone. */
const COMPACT_FROM = 256 * 1024;

/** Reads what is there. A torn tail is dropped; a damaged record ends the reading. Throws what the file system throws. */
export function openResourceTable(path: string): ResourceTable {
  const state: State = { path, file: openRecordFile(path), entries: new Map(), complete: false, proven: false, live: 0 };
  state.file.scan(({ kind, span, body }) => {
    if (kind === PUT) {
      // Answers are not written down, refusals are: what came before a later version had been taken.
      const resource = decodeResource(body);
      accept(state, resource.name, state.entries.get(resource.name)?.current?.version ?? "");
      keep(state, resource, span);
    } else if (kind === REMOVE) {
      drop(state, utf8.decode(body));
    } else if (kind === REJECT) {
      const [name = "", version = ""] = utf8.decode(body).split("\0");
      refuse(state, name, version);
    } else if (kind === PROVEN) {
      state.proven = true;
    } else {
      state.complete = true;
    }
  });
  return table(state);
}

const utf8 = new TextDecoder();

function table(state: State): ResourceTable {
  return {
    names: () => servedNames(state),
    get: (name) => {
      const version = state.entries.get(name)?.current;
      return version && { name, version: version.version, bytes: state.file.read(version.span) };
    },
    has: (name) => state.entries.has(name),
    versions: () => heldVersions(state),
    put: (resource) => put(state, resource),
    remove: (name) => remove(state, name),
    accept: (name, version) => accept(state, name, version),
    reject: (name, version) => {
      if (refuse(state, name, version)) {
        note(state, REJECT, `${name}\0${version}`);
      }
    },
    isComplete: () => state.complete,
    complete: () => {
      if (!state.complete) {
        state.complete = true;
        note(state, COMPLETE, "");
      }
    },
    required: () => requiredNames(state),
    prove: () => prove(state),
    size: () => state.entries.size,
    fileBytes: () => state.file.size(),
    close: () => state.file.close(),
  };
}

function* servedNames(state: State): Iterable<string> {
  for (const [name, entry] of state.entries) {
    if (entry.current) yield name;
  }
}

function requiredNames(state: State): readonly string[] {
  return state.proven ? [...servedNames(state)] : [...state.entries.keys()];
}

function prove(state: State): void {
  if (state.proven) return;
  state.proven = true;
  note(state, PROVEN, "");
}

function heldVersions(state: State): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const [name, entry] of state.entries) {
    const version = entry.refused ?? entry.current?.version;
    if (version !== undefined) versions.set(name, version);
  }
  return versions;
}

function put(state: State, resource: EncodedResource): boolean {
  const held = state.entries.get(resource.name);
  if (held && (held.refused ?? held.current?.version) === resource.version) {
    return false;
  }
  keep(state, resource, state.file.append(PUT, resource.bytes));
  compactIfDue(state);
  return true;
}

function keep(state: State, resource: EncodedResource, span: Span): void {
  const held = state.entries.get(resource.name);
  const current = { version: resource.version, span };
  state.live += span.length;
  if (held === undefined) {
    state.entries.set(resource.name, { current, previous: undefined, refused: undefined });
    return;
  }
  // Between two versions that Envoy has not answered for, the one it took last stays the one to fall back to.
  if (held.previous === undefined || held.refused !== undefined) held.previous = held.current;
  else state.live -= held.current?.span.length ?? 0;
  held.current = current;
  held.refused = undefined;
}

function remove(state: State, name: string): boolean {
  if (!state.entries.has(name)) {
    return false;
  }
  drop(state, name);
  note(state, REMOVE, name);
  compactIfDue(state);
  return true;
}

function drop(state: State, name: string): void {
  const held = state.entries.get(name);
  state.live -= (held?.current?.span.length ?? 0) + (held?.previous?.span.length ?? 0);
  state.entries.delete(name);
}

function accept(state: State, name: string, version: string): void {
  const held = state.entries.get(name);
  if (held?.previous && held.current?.version === version) {
    state.live -= held.previous.span.length;
    held.previous = undefined;
  }
}

function refuse(state: State, name: string, version: string): boolean {
  const held = state.entries.get(name);
  if (held?.current?.version !== version) {
    return false;
  }
  state.live -= held.current.span.length;
  held.current = held.previous;
  held.previous = undefined;
  held.refused = version;
  return true;
}

/** What memory knows already. On a full disk the next agent learns it from the controller, which is told what the file holds. */
function note(state: State, kind: number, text: string): void {
  try {
    state.file.append(kind, Buffer.from(text));
  } catch {
    // See above: nothing that is served now depends on it.
  }
}

function compactIfDue(state: State): void {
  if (state.file.size() <= COMPACT_FROM || state.file.size() <= 2 * state.live) return;
  const next = openRecordFile(`${state.path}.new`, true);
  try {
    compact(state, next);
  } catch {
    // No room for the copy: the old file serves on, and the next change tries again.
    next.close();
  }
}

/** Writes what is alive into a new file and puts that in the old one's place: a crash leaves one of the two, whole. */
function compact(state: State, next: RecordFile): void {
  const copies: (() => void)[] = [];
  if (state.complete) {
    next.append(COMPLETE, new Uint8Array());
  }
  if (state.proven) {
    next.append(PROVEN, new Uint8Array());
  }
  for (const [name, entry] of state.entries) {
    const previous = copied(state, next, entry.previous);
    const current = copied(state, next, entry.current);
    copies.push(() => Object.assign(entry, { previous, current }));
    if (entry.refused !== undefined) {
      next.append(PUT, refusedBody(name, entry.refused));
      next.append(REJECT, Buffer.from(`${name}\0${entry.refused}`));
    }
  }
  next.moveTo(state.path);
  for (const apply of copies) apply();
  state.file.close();
  state.file = next;
}

function copied(state: State, next: RecordFile, version: Version | undefined): Version | undefined {
  return version && { version: version.version, span: next.append(PUT, state.file.read(version.span)) };
}

/** A refused body is never served again; of it only name and version are kept, as a `Resource` without content. */
function refusedBody(name: string, version: string): Uint8Array {
  const field = (tag: number, text: string): Buffer => {
    const bytes = Buffer.from(text);
    return Buffer.concat([Uint8Array.of((tag << 3) | 2), varint(bytes.length), bytes]);
  };
  return Buffer.concat([field(1, version), field(3, name)]);
}

const varint = (value: number): Uint8Array => (value < 0x80 ? Uint8Array.of(value) : Uint8Array.of((value & 0x7f) | 0x80, value >> 7));
