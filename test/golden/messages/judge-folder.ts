import { type ConfigFile, readConfigFile } from "../../../src/source/file/config-file.ts";
import { createFileProblems } from "../../../src/source/file/file-problems.ts";
import { createFolderObjects } from "../../../src/source/file/folder-objects.ts";
import { createMeshConfigKeeper } from "../../../src/source/mesh-config-keeper.ts";
import { createProblemList } from "../../../src/source/problem-list.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { memoryLog } from "../../api-server/collected.ts";

/** File → its text. */
type Files = Readonly<Record<string, string>>;

const SETTLE_MS = 50;

/** What is told of a folder in the end, whose files were first these, then those: a file that is not there any more was removed. No disk is touched. */
export async function judgeFolder(states: readonly Files[]): Promise<readonly Finding[]> {
  const log = memoryLog();
  const problems = createProblemList(log, () => undefined);
  const keeper = createMeshConfigKeeper({ read: async () => undefined, write: async () => undefined }, problems, log);
  const objects = createFolderObjects({ keeper, problems: createFileProblems(problems, log), settleMs: SETTLE_MS });
  let before: ReadonlyMap<string, ConfigFile> = new Map();
  let now = 0;
  for (const state of states) {
    const after = new Map(
      Object.entries(state).map(([path, text]) => [path, readConfigFile(path, text, before.get(path), { namespace: "istio-system" })]),
    );
    const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => ({ path }));
    await objects.take([...gone, ...[...after].map(([path, file]) => ({ path, file }))], now);
    now += SETTLE_MS;
    await objects.take([], now);
    before = after;
  }
  await keeper.settled();
  return problems.all().flatMap(({ findings }) => findings);
}
