import { type Command, Option } from "commander";

export interface DemoFlags {
  readonly keep: boolean;
  readonly keeper: boolean;
  readonly break?: string;
  /** Index of the images; default: beside the program. */
  readonly images?: string;
}

/** What the subcommands of `demo` do; each resolves to the exit status. */
export interface DemoHandlers {
  run(flags: DemoFlags): Promise<number>;
  exec(pod: string, command: readonly string[]): Promise<number>;
  down(): Promise<number>;
  labProcess(args: readonly string[]): Promise<number>;
}

/** Adds `demo`, `demo exec` and `demo down`. `exit` is told the status of the command that ran. */
export function addDemo(program: Command, handlers: DemoHandlers, exit: (status: number) => void): void {
  const done = async (status: Promise<number>) => exit(await status);
  const demo = program
    .command("demo")
    .description("show the main job on this machine, in network namespaces (needs root)")
    .enablePositionalOptions()
    .option("--keep", "leave it running at the end", false)
    .addOption(new Option("--keeper").default(false).hideHelp())
    .addOption(new Option("--break <step>").hideHelp())
    .addOption(new Option("--images <file>").hideHelp())
    .action((flags: DemoFlags) => done(handlers.run(flags)));
  demo
    .command("exec")
    .description("run a command in a pod of the demo that was left running: fairlead demo exec client -- curl …")
    .argument("<pod>", "client or gateway")
    .argument("<command...>", "the command and its arguments")
    .passThroughOptions()
    .action((pod: string, command: readonly string[]) => done(handlers.exec(pod, command)));
  demo
    .command("down")
    .description("end the demo that was left running, and remove all it made")
    .action(() => done(handlers.down()));
  demo
    .command("lab-process", { hidden: true })
    .argument("[args...]")
    .passThroughOptions()
    .action((args: readonly string[]) => done(handlers.labProcess(args)));
}
