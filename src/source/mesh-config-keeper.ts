import { objectKey, type StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { Log } from "./log.ts";
import { DEFAULT_MESH_CONFIG, type MeshText, readMeshConfig } from "./mesh-config-text.ts";
import type { ProblemList } from "./problem-list.ts";
import { sourceFinding } from "./source-finding.ts";

/** Where the text that was last in force outlives the process. */
export interface LastGoodStore {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/**
 * Decides which mesh configuration is in force: the written one, else the last good one, else the default. A removal is no wish for the
 * defaults, which let every call through: they are asked for by writing `{}` (ADR 5).
 */
export interface MeshConfigKeeper {
  /** Takes what is written now, `undefined` for nothing, in the order of the calls; gives what is in force from here on. */
  take(mesh: MeshText | undefined): Promise<StoredObject<"MeshConfig">>;
  /** Something is wrong before a text could be read at all; what is in force stays. */
  refuse(findings: readonly Finding[], origin: string): Promise<StoredObject<"MeshConfig">>;
  /** Resolves when all that was taken so far is decided and remembered. */
  settled(): Promise<void>;
}

const PROBLEM_ID = "mesh-config";
const OBJECT = objectKey("MeshConfig", "", "mesh");

export function createMeshConfigKeeper(store: LastGoodStore, problems: ProblemList, log: Log): MeshConfigKeeper {
  let inForce: StoredObject<"MeshConfig"> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<StoredObject<"MeshConfig">>): Promise<StoredObject<"MeshConfig">> => {
    const mine = turn.then(task);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const remember = (text: string): void => {
    writing = writing
      .then(() => store.write(text))
      .catch((error: unknown) =>
        log.error({ reason: String(error) }, "the mesh configuration in force could not be remembered for a restart"),
      );
  };
  const refuse = async (findings: readonly Finding[], origin: string): Promise<StoredObject<"MeshConfig">> => {
    problems.set({ id: PROBLEM_ID, object: OBJECT, origin, findings });
    inForce ??= (await remembered(store, log)) ?? lastResort(log);
    return inForce;
  };
  const absent = async (): Promise<StoredObject<"MeshConfig">> => {
    inForce ??= (await remembered(store, log)) ?? DEFAULT_MESH_CONFIG;
    if (inForce === DEFAULT_MESH_CONFIG) problems.clear(PROBLEM_ID);
    else
      problems.set({
        id: PROBLEM_ID,
        object: OBJECT,
        origin: inForce.origin ?? "",
        findings: [sourceFinding("meshConfigGone", { empty: "{}" })],
      });
    return inForce;
  };
  return {
    take: (mesh) =>
      inTurn(async () => {
        if (mesh === undefined) return absent();
        const read = readMeshConfig(mesh);
        if (!read.ok) return refuse(read.error, mesh.origin);
        const { object, warnings } = read.value;
        if (warnings.length > 0) problems.set({ id: PROBLEM_ID, object: OBJECT, origin: mesh.origin, findings: warnings });
        else problems.clear(PROBLEM_ID);
        remember(mesh.text);
        inForce = object;
        return object;
      }),
    refuse: (findings, origin) => inTurn(() => refuse(findings, origin)),
    settled: async () => {
      await turn;
      await writing;
    },
  };
}

function lastResort(log: Log): StoredObject<"MeshConfig"> {
  log.error({}, "no earlier mesh configuration is known, so the default is in force");
  return DEFAULT_MESH_CONFIG;
}

async function remembered(store: LastGoodStore, log: Log): Promise<StoredObject<"MeshConfig"> | undefined> {
  const text = await store.read().catch((error: unknown) => {
    log.error({ reason: String(error) }, "the remembered mesh configuration could not be read");
    return undefined;
  });
  const read = text === undefined ? undefined : readMeshConfig({ text, origin: "last good mesh configuration" });
  if (read?.ok) {
    log.warn({}, "the mesh configuration remembered from before the start is in force");
    return read.value.object;
  }
  return undefined;
}
