import { type ChildProcess, spawn } from "node:child_process";
import { chown, mkdir, open, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type ContainerPlan, containerScript, insideCommand } from "./container-script.ts";
import { type CommandOptions, type CommandResult, runCommand } from "./run-command.ts";

/** A started container. */
export interface ContainerRun {
  /** Resolves with the exit code when its process 1 has ended. */
  readonly ended: Promise<number>;
  signal(name: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Runs a command in it, as its user, with its environment. */
  exec(command: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  readonly target: ExecTarget;
}

/** Where a container's output goes and in which network it lives. */
export interface ContainerPlace {
  readonly network: string;
  readonly log: string;
}

/** Starts a container; rejects when its script could not be started at all. */
export async function runContainer(plan: ContainerPlan, place: ContainerPlace): Promise<ContainerRun> {
  await mkdir(plan.scratch, { recursive: true });
  const script = `${plan.scratch}.sh`;
  await writeFile(script, containerScript(plan));
  await writeFile(plan.pidFile, "");
  const child = await spawnScript(script, plan, place);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGKILL" ? 137 : 143)));
  });
  const pid = () => containerPid(plan.pidFile, child);
  return {
    ended,
    signal: async (name) => killQuietly(await pid(), name),
    target: plan,
    exec: async (command, options) => runCommand(enterContainer(await pid(), plan, command), { ...options, env: plan.environment }),
  };
}

/**
 * Two layers of PID namespaces: the outer one's process 1 stays root and dies with us (`pdeathsig` survives no change of user),
 * and takes the inner one, the container's, with it.
 */
async function spawnScript(script: string, plan: ContainerPlan, place: ContainerPlace): Promise<ChildProcess> {
  await mkdir(dirname(place.log), { recursive: true });
  const log = await open(place.log, "a");
  // /dev/stdout is opened anew by some programs: its owner must be the container's user, as a container runtime does it.
  await chown(place.log, plan.user.uid, plan.user.gid);
  const outer = ["--pid", "--fork", "--kill-child=KILL", "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "sh", script];
  const child = spawn("setpriv", ["--pdeathsig=KILL", "nsenter", `--net=/run/netns/${place.network}`, "--", "unshare", ...outer], {
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  child.once("spawn", () => void log.close());
  child.once("error", () => void log.close());
  return child;
}

/** The container's process 1; waits until the script has become the container. */
async function containerPid(file: string, child: ChildProcess): Promise<number> {
  while (child.exitCode === null && child.signalCode === null) {
    const pid = Number((await readFile(file, "utf8")).trim());
    // Until the script has changed its root, an exec would land in the machine's own.
    if (pid > 0 && (await readlink(`/proc/${pid}/root`).catch(() => "/")) !== "/") return pid;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error("the container has ended");
}

/** What an exec needs to know of a container; plain data, so that another process can do it. */
export type ExecTarget = Pick<ContainerPlan, "user" | "workingDir" | "environment" | "pidFile">;

/** The command line that runs a command in a container whose process 1 is `pid`. */
export function enterContainer(
  pid: number,
  target: Pick<ExecTarget, "user" | "workingDir">,
  command: readonly string[],
): readonly string[] {
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid"];
  const root = [`--root=/proc/${pid}/root`, `--wd=/proc/${pid}/root${target.workingDir}`];
  return ["/usr/bin/nsenter", `--target=${pid}`, ...namespaces, ...root, "--", ...insideCommand({ user: target.user, command })];
}

function killQuietly(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
