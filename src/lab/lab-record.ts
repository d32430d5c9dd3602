import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun, runCommand } from "./run-command.ts";

/** Where every lab of this machine is written down, so that the next one can clean up after one that was killed. */
export const LAB_HOME = "/run/fairlead-lab";

/** What is needed to remove a lab whose owner died. */
export interface LabRecord {
  readonly id: string;
  /** The process that owns it, and when that process started (clock ticks since boot), so that a reused pid is not mistaken. */
  readonly pid: number;
  readonly started: string;
}

/** Prefix of the names of a lab's network namespaces. */
export function namespacePrefix(id: string): string {
  return `fl-${id}-`;
}

/** The lab's own folder: state of pods, configuration, logs. */
export function labFolder(id: string): string {
  return join(LAB_HOME, id);
}

/** Writes down that this process owns the lab. */
export async function recordLab(id: string): Promise<LabRecord> {
  const record = { id, pid: process.pid, started: (await startTime(process.pid)) ?? "" };
  await mkdir(labFolder(id), { recursive: true });
  await writeFile(recordPath(id), JSON.stringify(record));
  return record;
}

/** All labs that are written down. */
export async function listLabs(): Promise<readonly LabRecord[]> {
  const names = await readdir(LAB_HOME).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json"));
  const records = await Promise.all(files.map((name) => readFile(join(LAB_HOME, name), "utf8").then(parseRecord, () => undefined)));
  return records.filter((record) => record !== undefined);
}

/** True while the process that made the lab runs. */
export async function ownerAlive(record: LabRecord): Promise<boolean> {
  return (await startTime(record.pid)) === record.started;
}

/** Removes the labs whose owner is gone; returns their ids. */
export async function reapLabs(): Promise<readonly string[]> {
  const reaped: string[] = [];
  for (const record of await listLabs()) {
    if (await ownerAlive(record)) continue;
    await removeLab(record.id);
    reaped.push(record.id);
  }
  return reaped;
}

/** Removes everything a lab made: processes, network namespaces (with their links and rules), mounts, files. Safe to call twice. */
export async function removeLab(id: string): Promise<void> {
  const names = await labNamespaces(id);
  // Twice: what was just being started while the first list was read is found by the second.
  await killInNamespaces(names);
  await killInNamespaces(names);
  for (const name of names) await runCommand(["ip", "netns", "del", name]);
  for (const path of await labMounts(id)) await runCommand(["umount", "--lazy", path]);
  await rm(labFolder(id), { recursive: true, force: true });
  await rm(recordPath(id), { force: true });
}

/** Names of the lab's network namespaces that exist. */
export async function labNamespaces(id: string): Promise<readonly string[]> {
  const names = await readdir("/run/netns").catch(() => []);
  return names.filter((name) => name.startsWith(namespacePrefix(id)));
}

/** Mount points under the lab's folder, deepest first. */
export async function labMounts(id: string): Promise<readonly string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  const paths = lines.map((line) => line.split(" ")[4] ?? "");
  return paths.filter((path) => path.startsWith(`${labFolder(id)}/`)).reverse();
}

async function killInNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const pids = (await mustRun(["ip", "netns", "pids", name]).catch(() => "")).split("\n").filter((pid) => pid !== "");
    for (const pid of pids) killQuietly(Number(pid));
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended between the list and the signal.
  }
}

function recordPath(id: string): string {
  return join(LAB_HOME, `${id}.json`);
}

function parseRecord(text: string): LabRecord | undefined {
  try {
    return JSON.parse(text) as LabRecord;
  } catch {
    return undefined;
  }
}

async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The name in brackets may hold spaces; the 20th field after it is the start time (proc(5), field 22).
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
