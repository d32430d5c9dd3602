import { realpath } from "node:fs/promises";
import type { Delta } from "../../api/store.ts";
import type { Log } from "../log.ts";
import { createMeshConfigKeeper, type LastGoodStore } from "../mesh-config-keeper.ts";
import { createProblemList, type ProblemList } from "../problem-list.ts";
import type { Report } from "../source-problem.ts";
import type { WatchedSource } from "../watched-source.ts";
import { createFileProblems } from "./file-problems.ts";
import { createFolderObjects } from "./folder-objects.ts";
import { createFolderReader } from "./folder-reader.ts";
import { followFolder } from "./follow-folder.ts";
import { createLastGoodFile } from "./last-good-file.ts";

export interface FileSourceOptions {
  /** Folder of YAML and JSON, with all folders in it. */
  readonly dir: string;
  /** Where the mesh configuration in force is remembered for a restart; absent: nowhere. */
  readonly stateDir?: string;
  /** Namespace of the ConfigMap `istio`; default istio-system. */
  readonly namespace?: string;
  readonly log: Log;
  readonly report: Report;
  /** How often the whole folder is looked at, for what no watcher tells (network file systems, links). Default 2 s. */
  readonly pollMs?: number;
}

/** An object that is gone from its file stays for so long: the file may just be being replaced. */
const SETTLE_MS = 50;
const POLL_MS = 2_000;

/** Every object of a folder of YAML, watched. `start` fails when the folder cannot be read or holds two mesh configurations. */
export function createFileSource(options: FileSourceOptions): WatchedSource {
  const problems = createProblemList(options.log, options.report);
  return {
    problems: problems.all,
    start: (listener, signal) => start(options, problems, { listener, signal }),
  };
}

interface Run {
  readonly listener: (delta: Delta) => void;
  readonly signal: AbortSignal;
}

async function start(options: FileSourceOptions, problems: ProblemList, run: Run): Promise<void> {
  const { dir, stateDir, log, namespace = "istio-system" } = options;
  const skip = stateDir === undefined ? [] : [await realpath(stateDir).catch(() => stateDir)];
  const reader = createFolderReader({ dir, skip, namespace });
  const keeper = createMeshConfigKeeper(stateDir === undefined ? FORGETFUL : createLastGoodFile(stateDir), problems, log);
  const objects = createFolderObjects({ keeper, problems: createFileProblems(problems, log), settleMs: SETTLE_MS });
  await followFolder({ dir, pollMs: options.pollMs ?? POLL_MS, reader, objects, problems, log, ...run });
}

const FORGETFUL: LastGoodStore = { read: async () => undefined, write: async () => undefined };
