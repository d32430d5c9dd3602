import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterPlan, NETWORK } from "./cluster-plan.ts";

/** The namespaces of a node, kept by one process of their own. */
export interface Node {
  /** Process 1 of the node, as the machine sees it. */
  readonly pid: number;
  /** Starts a daemon in the node; its output goes to `LOGS/NAME.log`. */
  daemon(name: string, argv: readonly string[]): void;
  /** Throws when a daemon has ended, with the last it said. */
  mustRun(): void;
  /** Ends every process of the node. */
  stop(): Promise<void>;
}

/** Prefix of a command that runs it in the node. `network` is enough for clients of the API server; `all` sees its mounts and processes. */
export function inNode(pid: number, argv: readonly string[], what: "network" | "all" = "network"): readonly string[] {
  const namespaces = what === "network" ? ["--net"] : ["--mount", "--net", "--pid", "--uts", "--ipc"];
  return ["nsenter", "--target", String(pid), ...namespaces, "--", ...argv];
}

/** A command that gets no signals of the terminal and that the kernel ends with us. */
function spawnHeld(argv: readonly string[], logFile: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const log = openSync(logFile, "a");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...argv], { detached: true, stdio: ["ignore", log, log], env });
  closeSync(log);
  return child;
}

const UNSHARE = ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"];

/** What an earlier start of the same node has left in its state folder is taken up. */
export async function startNode(plan: ClusterPlan): Promise<Node> {
  rmSync(join(plan.state, "prepared"), { force: true });
  const initLog = join(plan.logs, "node-init.log");
  const keeper = spawnHeld([...UNSHARE, join(import.meta.dirname, "node-init.sh")], initLog, {
    ...process.env,
    STATE: plan.state,
    CGROUP: plan.cgroup,
    NODE: NETWORK.node,
    NODE_ADDRESS: NETWORK.nodeAddress,
    GATEWAY_ADDRESS: NETWORK.gatewayAddress,
    OUTSIDE_ADDRESSES: NETWORK.outsideAddresses.join(" "),
  });
  const gone = new Promise<void>((resolve) => keeper.once("exit", () => resolve()));
  const running = (): boolean => keeper.exitCode === null && keeper.signalCode === null;
  while (!existsSync(join(plan.state, "prepared"))) {
    if (!running()) throw new Error(`the node's namespaces could not be made:\n${lastLines(initLog)}`);
    await sleep(50);
  }
  const pid = Number(readFileSync(`/proc/${keeper.pid}/task/${keeper.pid}/children`, "utf8").trim());
  const ended: string[] = [];
  return {
    pid,
    daemon: (name, argv) => {
      const logFile = join(plan.logs, `${name}.log`);
      spawnHeld(inNode(pid, argv, "all"), logFile).once("exit", (code) => ended.push(`${name} ended with ${code}:\n${lastLines(logFile)}`));
    },
    mustRun: () => {
      if (ended.length > 0) throw new Error(ended[0]);
    },
    stop: async () => {
      if (running()) keeper.kill("SIGKILL"); // process 1 gets its KILL from unshare's end
      await gone;
      for (let round = 0; existsSync(`/proc/${pid}/ns/pid`) && round < 100; round += 1) await sleep(50);
    },
  };
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n") : "";
}
