import type { Delta } from "../../api/store.ts";
import type { Log } from "../log.ts";
import type { ProblemList } from "../problem-list.ts";
import { sourceFinding } from "../source-finding.ts";
import type { FolderObjects } from "./folder-objects.ts";
import type { FileChange, FolderReader } from "./folder-reader.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import { createRounds } from "./rounds.ts";

export interface FollowParts {
  readonly dir: string;
  readonly pollMs: number;
  readonly reader: FolderReader;
  readonly objects: FolderObjects;
  readonly problems: ProblemList;
  readonly log: Log;
  readonly listener: (delta: Delta) => void;
  readonly signal: AbortSignal;
}

/** Editors write in several steps; the ones that follow within this time are read together. */
const GATHER_MS = 2;
/** A look at a big folder takes long; so much longer is the rest after it, or looking would be all we do. */
const REST_PER_LOOK = 50;
const FOLDER_PROBLEM = "folder";

/** Reads the folder once, tells all of it, then whatever is touched until the signal. Resolves when all was told. */
export async function followFolder(parts: FollowParts): Promise<void> {
  const { dir, reader, objects, log, listener, signal } = parts;
  const touched = createTouched();
  const rounds = createRounds(async () => {
    const now = touched.take();
    const began = performance.now();
    const changes = await readTouched(parts, now, watch.follow);
    if (now.all) lookAgain(performance.now() - began);
    const { delta } = await objects.take(changes, performance.now());
    if (delta.size > 0 && !signal.aborted) listener(delta);
    const leave = objects.nextLeave();
    if (leave !== undefined) setTimeout(() => rounds.wake(0), Math.max(1, leave - performance.now())).unref();
  });
  const watch = createFolderWatch(dir, (path) => rounds.wake(touched.note(path)), log);
  let poll: NodeJS.Timeout | undefined;
  const lookAgain = (lookTook: number): void => {
    clearTimeout(poll);
    const ms = Math.max(parts.pollMs, lookTook * REST_PER_LOOK);
    poll = setTimeout(() => rounds.wake(touched.note(undefined)), ms).unref();
  };
  signal.addEventListener("abort", () => {
    clearTimeout(poll);
    rounds.stop();
    watch.close();
  });
  const changes = await firstLook(dir, reader, watch.follow);
  const { delta, conflict } = await objects.take(changes, performance.now());
  if (conflict !== undefined) throw new Error(conflict);
  signal.throwIfAborted();
  listener(delta);
  rounds.open();
  lookAgain(0);
}

type Follow = FolderWatch["follow"];

/** Twice, because what was written between the first look and the watchers' start would be heard of by nobody. */
async function firstLook(dir: string, reader: FolderReader, follow: Follow): Promise<readonly FileChange[]> {
  try {
    const first = await reader.readAll();
    follow(first.folders);
    const second = await reader.readAll();
    follow(second.folders);
    return [...first.changes, ...second.changes];
  } catch (error) {
    throw new Error(`the folder ${dir} cannot be read (${(error as Error).message}); create it, or name another`);
  }
}

async function readTouched(parts: FollowParts, touched: TouchedNow, follow: Follow): Promise<readonly FileChange[]> {
  const { dir, reader, problems } = parts;
  const some = await reader.readSome(touched.paths);
  if (!touched.all) return some;
  try {
    const { changes, folders } = await reader.readAll();
    problems.clear(FOLDER_PROBLEM);
    follow(folders);
    return [...some, ...changes];
  } catch (error) {
    // A folder that is away for a moment takes nothing out of force.
    const found = sourceFinding("unreadableFile", { fault: (error as Error).message });
    problems.set({ id: FOLDER_PROBLEM, origin: dir, findings: [found] });
    return some;
  }
}

interface TouchedNow {
  readonly paths: readonly string[];
  readonly all: boolean;
}

interface TouchedSet {
  /** Notes a file, or everything; says how long to wait for more. */
  note(path: string | undefined): number;
  take(): TouchedNow;
}

function createTouched(): TouchedSet {
  const paths = new Set<string>();
  let all = false;
  return {
    note: (path) => {
      if (path === undefined) all = true;
      else paths.add(path);
      return GATHER_MS;
    },
    take: () => {
      const taken = { paths: [...paths].sort(), all };
      paths.clear();
      all = false;
      return taken;
    },
  };
}
