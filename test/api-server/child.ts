import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinary } from "./find-binary.ts";

/** A process that ends with the test run, whatever happens to the test. */
export interface Child {
  readonly pid: number;
  /** The end of what it wrote. */
  log(): string;
  running(): boolean;
  /** TERM, then KILL. Resolves when it is gone. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export function startChild(name: string, args: readonly string[], logFile: string): Child {
  const fd = openSync(logFile, "a");
  // The kernel ends it with us, also when we are killed and can end nothing ourselves.
  const child: ChildProcess = spawn("setpriv", ["--pdeathsig", "KILL", "--", findBinary(name), ...args], { stdio: ["ignore", fd, fd] });
  closeSync(fd);
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid ?? 0,
    log: () => readFileSync(logFile, "utf8").slice(-3000),
    running,
    stop: async (signal = "SIGTERM") => {
      process.off("exit", killed);
      if (!running()) return;
      child.kill(signal);
      await Promise.race([gone, sleep(3_000)]);
      if (running()) child.kill("SIGKILL");
      await gone;
    },
  };
}

/** Ports of loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Asks until the answer is yes, or throws what `otherwise` says. */
export async function until(question: () => Promise<boolean> | boolean, otherwise: () => string, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(otherwise());
    await sleep(20);
  }
}
