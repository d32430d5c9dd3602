import type { StoredObject } from "../../api/object.ts";
import type { Log } from "../log.ts";
import { createMeshConfigKeeper } from "../mesh-config-keeper.ts";
import { createProblemList } from "../problem-list.ts";
import type { SourceProblem } from "../source-problem.ts";
import { createFileProblems } from "./file-problems.ts";
import { createFolderObjects } from "./folder-objects.ts";
import { createFolderReader } from "./folder-reader.ts";

export interface FolderContents {
  readonly objects: readonly StoredObject[];
  /** What is written and is not in force. */
  readonly problems: readonly SourceProblem[];
}

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Reads once what `standalone` would watch, and takes it in by the same rules. Rejects where it cannot, as `standalone` does. */
export async function readFolder(dir: string, namespace: string): Promise<FolderContents> {
  const problems = createProblemList(SILENT, () => undefined);
  const nothing = { read: async () => undefined, write: async () => undefined };
  const keeper = createMeshConfigKeeper(nothing, problems, SILENT);
  const objects = createFolderObjects({ keeper, problems: createFileProblems(problems, SILENT), settleMs: 0 });
  const { changes } = await createFolderReader({ dir, skip: [], namespace }).readAll();
  const { delta, conflict } = await objects.take(changes, 0);
  if (conflict !== undefined) throw new Error(`${dir}: ${conflict}`);
  return { objects: [...delta.values()].flatMap(({ after }) => after ?? []), problems: problems.all() };
}
