import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { getuid } from "node:process";
import { runDemo } from "./demo.ts";
import { type DemoOptions, STEPS, type StepName } from "./demo-context.ts";

/** `fairlead demo` as it was asked for. */
export interface DemoCommand {
  readonly keep: boolean;
  readonly break?: string;
  /** Set in the process that owns what a kept demo leaves running. */
  readonly keeper: boolean;
  readonly images: string;
  readonly fairlead: readonly string[];
}

const GO_ON = [
  "it is left running; go on by hand (dist/fairlead in a clone that is not installed):",
  "   fairlead demo exec client -- curl -si http://api.example.com/",
  "   fairlead demo exec gateway -- pilot-agent request --debug-port=15000 GET clusters",
  "   fairlead demo down",
];

/** Runs the demo and resolves to the exit status: 0 only when every step did what it says, 2 when it could not begin. */
export async function demoCommand(command: DemoCommand): Promise<number> {
  const problem = cannotBegin(command);
  if (problem) {
    process.stderr.write(`fairlead demo: ${problem}\n`);
    return 2;
  }
  return command.keep && !command.keeper ? startKeeper(command) : runHere(command);
}

function cannotBegin(command: DemoCommand): string | undefined {
  if (getuid?.() !== 0) return "needs root, because it makes network namespaces: sudo make demo";
  if (!existsSync(command.images)) return `needs the images that make images builds (${command.images} is missing)`;
  if (command.break !== undefined && !STEPS.includes(command.break as StepName)) return `--break takes one of ${STEPS.join(", ")}`;
  return undefined;
}

async function runHere(command: DemoCommand): Promise<number> {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stopping.abort());
  const options: DemoOptions = {
    keep: command.keep,
    ...(command.break ? { break: command.break as StepName } : {}),
    images: command.images,
    fairlead: command.fairlead,
    labProcess: [...command.fairlead, "demo", "lab-process"],
    write: (line) => process.stdout.write(`${line}\n`),
  };
  process.stdout.on("error", () => undefined);
  const result = await runDemo(options, stopping.signal);
  if (!command.keep || result.status !== 0) return result.status;
  process.send?.({ status: result.status });
  if (process.connected) process.disconnect();
  await new Promise<void>((resolve) => {
    const hold = setInterval(() => undefined, 60_000);
    stopping.signal.addEventListener("abort", () => {
      clearInterval(hold);
      resolve();
    });
    if (stopping.signal.aborted) resolve();
  });
  await result.close();
  return 0;
}

/**
 * What is left running needs an owner: probes, restarts and the end are its work. It is this program again, detached, whose
 * words are passed on until its steps are done.
 */
function startKeeper(command: DemoCommand): Promise<number> {
  const [file = "", ...args] = command.fairlead;
  const flags = ["--keep", "--keeper", ...(command.break ? ["--break", command.break] : [])];
  const child = spawn(file, [...args, "demo", ...flags], { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  child.stdout?.on("data", (chunk: Buffer) => process.stdout.write(chunk));
  child.stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("message", () => {
      process.stdout.write(`${GO_ON.join("\n")}\n`);
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve(0);
    });
  });
}
