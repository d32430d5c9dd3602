import type { ObjectKey } from "../../api/object.ts";
import type { ConfigFile } from "./config-file.ts";
import type { FileEntry } from "./file-entry.ts";

/** That a file says what the object `key` is. */
export interface Claim {
  readonly key: ObjectKey;
  readonly path: string;
  readonly entry: FileEntry;
  /** What is in force by this claim: the entry itself, or the last good one in its place. */
  readonly good?: FileEntry;
  /** Set when it is no longer in its file: milliseconds, after which it is believed to be gone. */
  readonly leaves?: number;
}

/** Who claims what. Files come and go one by one; only names that a file had or has are looked at. */
export interface Claims {
  /** Takes the new contents of a file, or that it is gone. What it had and has no more leaves at `leaves`. */
  update(path: string, file: ConfigFile | undefined, leaves: number): void;
  /** Drops the claims that left until `now`. */
  expire(now: number): void;
  /** When the next claim leaves. */
  nextLeave(): number | undefined;
  /** Names whose claims changed since the last call. */
  takeTouched(): ReadonlySet<ObjectKey>;
  /** Claims of a name in order of path and line. */
  of(key: ObjectKey): readonly Claim[];
}

export function createClaims(): Claims {
  const byKey = new Map<ObjectKey, readonly Claim[]>();
  const byPath = new Map<string, ReadonlySet<ObjectKey>>();
  const leaving = new Set<ObjectKey>();
  let touched = new Set<ObjectKey>();
  const put = (key: ObjectKey, claims: readonly Claim[]): void => {
    touched.add(key);
    if (claims.length === 0) byKey.delete(key);
    else byKey.set(key, claims.toSorted(byPlace));
    if (claims.some((claim) => claim.leaves !== undefined)) leaving.add(key);
    else leaving.delete(key);
  };
  return {
    update: (path, file, leaves) => {
      const entries = Map.groupBy(file?.entries.filter(hasKey) ?? [], (entry) => entry.key);
      const had = byPath.get(path) ?? new Set();
      const kept = new Set(entries.keys());
      for (const key of new Set([...had, ...kept])) {
        const before = byKey.get(key) ?? [];
        const mine = before.filter((claim) => claim.path === path);
        const next = renew({ key, path, torn: file?.torn ?? false, leaves }, mine, entries.get(key) ?? []);
        if (next === mine) continue;
        put(key, [...before.filter((claim) => claim.path !== path), ...next]);
      }
      byPath.set(path, new Set([...had, ...kept].filter((key) => byKey.get(key)?.some((claim) => claim.path === path))));
    },
    expire: (now) => {
      for (const key of [...leaving]) {
        const claims = byKey.get(key) ?? [];
        const staying = claims.filter((claim) => claim.leaves === undefined || claim.leaves > now);
        if (staying.length < claims.length) put(key, staying);
      }
    },
    nextLeave: () => {
      const times = [...leaving].flatMap((key) => byKey.get(key) ?? []).flatMap((claim) => claim.leaves ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    takeTouched: () => {
      const taken = touched;
      touched = new Set();
      return taken;
    },
    of: (key) => byKey.get(key) ?? [],
  };
}

function hasKey(entry: FileEntry): entry is FileEntry & { readonly key: ObjectKey } {
  return entry.key !== undefined;
}

/** By code unit, as `LC_ALL=C sort` has it, so that every replica sees the same order. */
function byPlace(a: Claim, b: Claim): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.entry.line - b.entry.line;
}

interface Renewal {
  readonly key: ObjectKey;
  readonly path: string;
  readonly torn: boolean;
  readonly leaves: number;
}

function renew({ key, path, torn, leaves }: Renewal, mine: readonly Claim[], entries: readonly FileEntry[]): readonly Claim[] {
  if (entries.length === mine.length && entries.every((entry, i) => mine[i]?.entry === entry && mine[i]?.leaves === undefined)) return mine;
  if (entries.length > 0) {
    return entries.map((entry) => {
      const good = isGood(entry) ? entry : mine.find((claim) => claim.good !== undefined)?.good;
      return { key, path, entry, ...(good && { good }) };
    });
  }
  // It may be inside what could not be read; else it left, and is believed to have left only after a moment: editors write in steps.
  if (torn) return mine.map(({ leaves: _, ...claim }) => claim);
  return mine.map((claim) => ({ ...claim, leaves: claim.leaves ?? leaves }));
}

function isGood(entry: FileEntry): boolean {
  return entry.object !== undefined || entry.mesh !== undefined;
}

/** The claim that decides: the first good one by place; one that is leaving only where there is no other. */
export function winner(claims: readonly Claim[]): Claim | undefined {
  const good = claims.filter((claim) => claim.good !== undefined);
  return good.find((claim) => claim.leaves === undefined) ?? good[0];
}
