import { isDeepStrictEqual } from "node:util";
import type { ObjectKey, StoredObject } from "../../api/object.ts";
import type { Delta } from "../../api/store.ts";
import { createChangeBuffer } from "../change-buffer.ts";
import type { MeshConfigKeeper } from "../mesh-config-keeper.ts";
import { createClaims, winner } from "./claims.ts";
import type { ConfigFile } from "./config-file.ts";
import { MESH_KEY } from "./file-entry.ts";
import type { FileProblems } from "./file-problems.ts";
import type { FileChange } from "./folder-reader.ts";
import { chooseMesh } from "./mesh-choice.ts";

/** What is in force by the files of a folder. */
export interface FolderObjects {
  /** Takes changes of files in; gives what that changes, and a text where the mesh configuration is written twice. */
  take(changes: readonly FileChange[], now: number): Promise<{ readonly delta: Delta; readonly conflict?: string }>;
  /** When something that left its file is believed to be gone, so that `take` has to be asked again. */
  nextLeave(): number | undefined;
}

export interface FolderObjectsParts {
  readonly keeper: MeshConfigKeeper;
  readonly problems: FileProblems;
  /** How long an object that is no longer in its file stays in force. */
  readonly settleMs: number;
}

export function createFolderObjects({ keeper, problems, settleMs }: FolderObjectsParts): FolderObjects {
  const claims = createClaims();
  const buffer = createChangeBuffer();
  const inForce = new Map<ObjectKey, StoredObject>();
  const torn = new Map<string, ConfigFile>();
  const put = (key: ObjectKey, after: StoredObject | undefined): void => {
    const before = inForce.get(key);
    if (isDeepStrictEqual(before, after)) return; // a comment was edited, or the same is said again
    if (after === undefined) inForce.delete(key);
    else inForce.set(key, after);
    buffer.note(key, before, after);
  };
  const decideMesh = async (): Promise<string | undefined> => {
    const choice = chooseMesh(keeper, claims.of(MESH_KEY), [...torn.values()]);
    if (choice !== undefined) put(MESH_KEY, await choice.inForce);
    return choice?.conflict;
  };
  const takeFile = (change: FileChange, now: number): void => {
    problems.fileChanged(change);
    if (change.fault !== undefined) return;
    if (change.file?.torn) torn.set(change.path, change.file);
    else torn.delete(change.path);
    claims.update(change.path, change.file, now + settleMs);
  };
  let meshDecided = false;
  return {
    nextLeave: claims.nextLeave,
    take: async (changes, now) => {
      const tornBefore = torn.size;
      for (const change of changes) takeFile(change, now);
      claims.expire(now);
      const touched = claims.takeTouched();
      for (const key of touched) {
        if (key === MESH_KEY) continue;
        const first = winner(claims.of(key));
        problems.nameChanged(key, claims.of(key), first);
        put(key, first?.good?.object);
      }
      const askMesh = !meshDecided || touched.has(MESH_KEY) || torn.size !== tornBefore;
      meshDecided = true;
      const conflict = askMesh ? await decideMesh() : undefined;
      return { delta: buffer.take(), ...(conflict !== undefined && { conflict }) };
    },
  };
}
