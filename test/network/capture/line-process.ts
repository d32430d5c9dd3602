import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that answers a line with a line. */
export interface LineProcess {
  /** Its next line; rejects when it has ended. */
  line(): Promise<string>;
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

export function startLineProcess(command: readonly string[]): LineProcess {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error(`${command.join(" ")} has ended`);
    return next.value;
  };
  return {
    line,
    ask: (text) => {
      child.stdin.write(`${text}\n`);
      return line();
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
