import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ExecTarget, enterContainer } from "../container-run.ts";
import { type LabRecord, labFolder, listLabs, ownerAlive } from "../lab-record.ts";
import { EXEC_FILE } from "./demo.ts";

interface RunningDemo {
  readonly record: LabRecord;
  readonly targets: Readonly<Record<string, ExecTarget>>;
}

/** Runs a command in a pod of the demo that was left running; its status is the command's. */
export async function execInDemo(pod: string, command: readonly string[]): Promise<number> {
  const demo = await findDemo();
  const target = demo?.targets[pod];
  if (!demo || !target) {
    const choice = demo ? `pods are ${Object.keys(demo.targets).join(", ")}` : "no demo is running: start one with make demo KEEP=1";
    process.stderr.write(`fairlead demo: ${choice}\n`);
    return 2;
  }
  const pid = Number((await readFile(target.pidFile, "utf8")).trim());
  const [file = "", ...args] = enterContainer(pid, target, command[0] === "--" ? command.slice(1) : command);
  const child = spawn(file, args, { stdio: "inherit", env: target.environment });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Ends the demo that was left running and waits until everything of it is removed. */
export async function endDemo(): Promise<number> {
  const demo = await findDemo();
  if (!demo) {
    process.stdout.write("no demo is running\n");
    return 0;
  }
  process.kill(demo.record.pid, "SIGTERM");
  while ((await listLabs()).some(({ id }) => id === demo.record.id)) await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write("everything it made is removed\n");
  return 0;
}

async function findDemo(): Promise<RunningDemo | undefined> {
  for (const record of await listLabs()) {
    const text = await readFile(join(labFolder(record.id), EXEC_FILE), "utf8").catch(() => undefined);
    if (text !== undefined && (await ownerAlive(record))) return { record, targets: JSON.parse(text) as Record<string, ExecTarget> };
  }
  return undefined;
}
