import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { AgentLog } from "./agent-log.ts";

/** Envoy, started and started again. */
export interface EnvoyProcess {
  start(): void;
  /** Ends it and does not start it again: TERM, and KILL after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  running(): boolean;
  /** Times it was started. */
  starts(): number;
}

export interface EnvoyProcessOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Holds the process id while it runs. */
  readonly pidFile: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: AgentLog;
  /** A line that Envoy printed. */
  readonly print: (line: string) => void;
  /** It is about to be started. */
  readonly starting: () => void;
}

/** Lived longer than this: the next crash is the first of a new row. */
const STABLE_MS = 30_000;

export function createEnvoyProcess(options: EnvoyProcessOptions): EnvoyProcess {
  const { clock, log } = options;
  const backoff = createBackoff({ minMs: 100, maxMs: 10_000, random: options.random });
  let child: ChildProcess | undefined;
  let stopped = false;
  let starts = 0;
  let startedAt = 0;
  const gone: (() => void)[] = [];
  const ended = (reason: string): void => {
    child = undefined;
    for (const resolve of gone.splice(0)) resolve();
    if (stopped) return;
    if (clock.now() - startedAt > STABLE_MS) backoff.reset();
    const waitMs = Math.round(backoff.next());
    log.error({ reason, waitMs }, "Envoy ended, starting it again");
    clock.after(waitMs, start);
  };
  const start = (): void => {
    if (stopped) return;
    options.starting();
    starts++;
    startedAt = clock.now();
    const started = spawn(options.program, options.arguments, { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    notePid(options, started.pid);
    forward(started.stdout, options.print);
    forward(started.stderr, options.print);
    started.once("error", (error) => ended(error.message));
    started.once("exit", (code, signal) => ended(signal ?? `exit ${code}`));
    log.info({ pid: started.pid, starts }, "Envoy started");
  };
  const stop = (graceMs: number): Promise<void> => {
    stopped = true;
    const running = child;
    if (running === undefined) return Promise.resolve();
    running.kill("SIGTERM");
    const cancel = clock.after(graceMs, () => running.kill("SIGKILL"));
    return new Promise((resolve) => {
      gone.push(() => {
        cancel();
        resolve();
      });
    });
  };
  const begin = (): void => {
    killLeftOver(options);
    start();
  };
  return { start: begin, stop, running: () => child !== undefined, starts: () => starts };
}

/** On a full disk Envoy runs on; what is lost is that the next agent finds it. */
function notePid({ pidFile, log }: EnvoyProcessOptions, pid: number | undefined): void {
  try {
    writeFileSync(pidFile, String(pid ?? ""));
  } catch (error) {
    log.warn(
      { file: pidFile, reason: String(error) },
      "Envoy's process id not noted: should this agent be killed, the next will not find it",
    );
  }
}

/** An agent that was killed leaves its Envoy behind, which holds the ports; outside of a container nobody else ends it. */
function killLeftOver({ pidFile, program, log }: EnvoyProcessOptions): void {
  try {
    const pid = Number(readFileSync(pidFile, "utf8"));
    if (pid > 0 && readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`${program}\0`)) {
      process.kill(pid, "SIGKILL");
      log.warn({ pid }, "Envoy of an agent that was killed ended");
    }
  } catch {
    // No such file, or no such process: nothing is left over.
  }
}

/** Whole lines, as Envoy wrote them: people grep its log by its own form. */
function forward(from: Readable, print: (line: string) => void): void {
  let rest = "";
  from.setEncoding("utf8");
  from.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) print(line);
  });
  from.on("end", () => {
    if (rest !== "") print(rest);
  });
}
