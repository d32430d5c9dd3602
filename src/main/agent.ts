// The pod's side, bundled into one file: `proxy sidecar|router`, `istio-iptables`, `request`, `version`.
import { writeFileSync } from "node:fs";
import { createAgent } from "../agent/agent.ts";
import type { AgentLog } from "../agent/agent-log.ts";
import { type Output, runIptables } from "../agent/iptables-command.ts";
import { readOptions } from "../agent/read-options.ts";
import { runRequest } from "../agent/request-command.ts";
import { systemClock } from "../base/clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import { VERSION } from "./version.ts";

const output: Output = {
  print: (text) => void process.stdout.write(text),
  log: (message, fields) => createLogger({ name: "iptables" }).info(fields ?? {}, message),
  error: (message) => void process.stderr.write(`${message}\n`),
};

async function runProxy(argv: readonly string[]): Promise<number> {
  const read = readOptions(argv, process.env, VERSION);
  if (!read.ok) {
    output.error(`proxy: ${read.error}`);
    return 1;
  }
  const { options, warnings } = read.value;
  const log: AgentLog = createLogger({ name: "agent", level: options.logLevel });
  if (warnings.length > 0) log.warn({ flags: warnings }, "flags without effect here");
  const ended = Promise.withResolvers<"asked" | "failed">();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => ended.resolve("asked"));
  const agent = createAgent(options, {
    clock: systemClock,
    random: Math.random,
    log,
    print: (line) => void process.stdout.write(`${line}\n`),
    onQuit: () => ended.resolve("asked"),
    onFailure: (reason) => {
      log.error({ reason }, "agent ends, for a new one to start over");
      leaveWord(reason);
      ended.resolve("failed");
    },
  });
  log.info({ version: VERSION, node: options.node.id, controller: options.discoveryAddress }, "agent starting");
  await agent.start();
  if ((await ended.promise) === "failed") {
    await agent.stop();
    return 1;
  }
  await agent.terminate();
  log.info({}, "agent ended");
  return 0;
}

/** Where the kubelet put a file for it, `kubectl describe` shows the reason as the container's last state. */
function leaveWord(reason: string): void {
  try {
    writeFileSync("/dev/termination-log", reason, { flag: "r+" });
  } catch {
    // No kubelet, no such file; the log has it.
  }
}

/** The whole command line after the program's name; the exit status. */
export async function runAgent([command = "", ...argv]: readonly string[]): Promise<number> {
  switch (command) {
    case "proxy":
      return runProxy(argv);
    case "istio-iptables":
      return runIptables(argv, process.env, output);
    case "request":
      return runRequest(argv, output);
    case "version":
      output.print(`${VERSION}\n`);
      return 0;
    default:
      output.error(`unknown command "${command}"; write proxy, istio-iptables, request or version`);
      return 1;
  }
}

if (import.meta.main) {
  // Whoever reads our lines may go first (`| head`, a log collector): no reason to fall.
  process.stdout.on("error", () => undefined);
  process.exitCode = await runAgent(process.argv.slice(2));
  // Sockets of Envoy's side that linger must not keep an ended agent alive.
  if (process.argv[2] === "proxy") process.exit();
}
