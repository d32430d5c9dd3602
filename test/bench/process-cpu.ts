import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds of processor time that all threads of a process have used so far; the kernel counts them in nanoseconds. */
export function cpuMsOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6, 0);
}
