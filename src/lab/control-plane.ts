import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inNetwork, LAB_ADDRESSES } from "./lab-network.ts";
import { mustRun, runCommand } from "./run-command.ts";

export interface ControlPlaneOptions {
  /** Command of `fairlead`. */
  readonly fairlead: readonly string[];
  readonly folder: string;
  readonly config: string;
  /** PEM of the key that signs service-account tokens. */
  readonly tokenKey: string;
  /** Its own network namespace, and the one that its callers on the node use. */
  readonly network: string;
  readonly node: string;
}

/** `fairlead standalone`, as a process in its own namespace. */
export interface ControlPlane {
  /** Starts it, again after a stop, with further arguments; resolves when it says that it is ready. */
  start(further?: readonly string[]): Promise<void>;
  /** TERM, and waits for its end. */
  stop(): Promise<void>;
  readonly stateFolder: string;
  /** What it has logged. */
  log(): Promise<string>;
}

const READY_WITHIN_MS = 30_000;

/** Gives the namespace the Service's address; nothing runs until `start`. */
export async function createControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const stateFolder = join(options.folder, "controller");
  const keyFile = join(options.folder, "token-key.pem");
  const logFile = join(options.folder, "controller.log");
  await writeFile(keyFile, options.tokenKey);
  await mustRun(["ip", "-n", options.network, "addr", "add", `${LAB_ADDRESSES.controller}/32`, "dev", "lo"]);
  const holder: { child?: ChildProcess } = {};
  const args = ["--config", options.config, "--state", stateFolder, "--token-key", keyFile, "--san", LAB_ADDRESSES.controller];
  return {
    stateFolder,
    log: () => readFile(logFile, "utf8").catch(() => ""),
    start: async (further = []) => {
      const log = await open(logFile, "a");
      const command = inNetwork(options.network, [...options.fairlead, "standalone", ...args, ...further]);
      const child = spawn("setpriv", ["--pdeathsig=KILL", ...command], { stdio: ["ignore", log.fd, log.fd] });
      holder.child = child;
      await untilReady(child, options.node, logFile);
      await log.close();
    },
    stop: async () => {
      const child = holder.child;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function untilReady(child: ChildProcess, node: string, logFile: string): Promise<void> {
  const url = `http://${LAB_ADDRESSES.controllerPod}:8080/ready`;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const asked = await runCommand(inNetwork(node, ["curl", "-s", "-f", "-o", "/dev/null", "--max-time", "1", url]));
    if (asked.code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const text = await readFile(logFile, "utf8").catch(() => "");
  throw new Error(`the control plane did not become ready; its log ends with: ${text.slice(-1500)}`);
}
