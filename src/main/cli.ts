#!/usr/bin/env node
import { addDemo, type DemoHandlers } from "../cli/demo-commands.ts";
import { buildProgram, type Handlers, runProgram } from "../cli/program.ts";
import { addTag, type TagHandlers } from "../cli/tag-commands.ts";
import { VERSION } from "./version.ts";
import { wordsOf } from "./words-of.ts";

// gRPC's library writes lines of its own beside our messages; what went wrong comes back as an error as well.
process.env["GRPC_VERBOSITY"] ??= "NONE";

// Each role is loaded when it is asked for: a person's command need not wait for what only the controller uses.
const handlers: Handlers = {
  controller: async (options) => (await import("./controller.ts")).runController(options),
  standalone: async (options) => (await import("./standalone.ts")).runStandalone(options),
  agent: async (args) => (await import("./agent.ts")).runAgent(args),
  iptables: async (args) => (await import("./agent.ts")).runAgent(["istio-iptables", ...args]),
  validate: async (options) => (await import("./validate.ts")).runValidate(options),
  analyze: async (options) => (await import("./analyze.ts")).runAnalyze(options),
  inject: async (options) => (await import("./inject.ts")).runInject(options),
  proxyConfig: async (section, pod, options) => (await import("./proxy-config.ts")).runProxyConfig(section, pod, options),
  version: async () => {
    process.stdout.write(`fairlead ${VERSION}\n`);
    return 0;
  },
};

// Whoever reads our words may go first (`| head`): no reason to fall.
const streams = [process.stdout, process.stderr];
for (const stream of streams) {
  stream.on("error", () => undefined);
}

const demo = async (): Promise<DemoHandlers> => (await import("./demo.ts")).demoHandlers;
const exit = (status: number): void => {
  process.exitCode = status;
};
const program = buildProgram(handlers, VERSION, exit);
addDemo(
  program,
  {
    run: async (flags) => (await demo()).run(flags),
    exec: async (pod, command) => (await demo()).exec(pod, command),
    down: async () => (await demo()).down(),
    labProcess: async (args) => (await demo()).labProcess(args),
  },
  exit,
);

const tag = async (): Promise<TagHandlers> => (await import("./tag.ts")).tagHandlers;
addTag(
  program,
  {
    set: async (name, options) => (await tag()).set(name, options),
    list: async (options) => (await tag()).list(options),
    remove: async (name, options) => (await tag()).remove(name, options),
  },
  exit,
);

try {
  await runProgram(program, process.argv.slice(2), exit);
} catch (error) {
  process.stderr.write(`fairlead: ${wordsOf(error)}\n`);
  process.exitCode = 2;
}
// What was left behind half started (a connection that never answers) must not keep an ended program alive.
await Promise.all(streams.map((stream) => new Promise((resolve) => stream.write("", resolve))));
process.exit();
