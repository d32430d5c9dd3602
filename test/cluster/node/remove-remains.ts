import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterPlan } from "./cluster-plan.ts";

const HIERARCHIES = "/sys/fs/cgroup";

/** Removes what outlives a node's processes: its cgroup folders and its state. Returns what would not go. */
export async function removeRemains(plan: ClusterPlan): Promise<readonly string[]> {
  const folders = await removeCgroups(plan);
  rmSync(plan.state, { recursive: true, force: true, maxRetries: 10 });
  return [...folders, plan.state].filter((path) => existsSync(path));
}

/** A machine that is switched off has no control groups left, and a kubelet that finds some looks for their containers. Returns their paths. */
export async function removeCgroups(plan: ClusterPlan): Promise<readonly string[]> {
  const folders = ["", ...readdirSync(HIERARCHIES)].map((name) => join(HIERARCHIES, name, plan.cgroup)).filter((path) => existsSync(path));
  for (let round = 0; round < 25 && folders.some((path) => existsSync(path)); round += 1) {
    for (const path of folders) removeCgroup(path);
    await sleep(round === 0 ? 0 : 200);
  }
  return folders;
}

/** A cgroup goes when its children are gone and its last process is; one that still has any stays for the next round. */
function removeCgroup(path: string): void {
  try {
    for (const name of readdirSync(path)) {
      if (statSync(join(path, name)).isDirectory()) removeCgroup(join(path, name));
    }
    rmdirSync(path);
  } catch (error) {
    if (!["EBUSY", "ENOTEMPTY", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
