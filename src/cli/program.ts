import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { durationMs } from "../base/duration.ts";
import { ANALYZE_USAGE, VALIDATE_USAGE } from "./check-usage.ts";
import { AGENT_USAGE, IPTABLES_USAGE } from "./own-arguments.ts";

export type OutputFormat = "text" | "json" | "yaml";

/** Which cluster is meant where a command reads one. */
export interface ClusterOptions {
  /** Absent: what kubectl would take. */
  readonly kubeconfig?: string;
  /** Where the control plane and the ConfigMap `istio` are. */
  readonly istioNamespace: string;
}

export interface ValidateOptions extends ClusterOptions {
  readonly filename: readonly string[];
  /** A folder of YAML, or `cluster`. */
  readonly with?: string;
  readonly output: OutputFormat;
}

export interface AnalyzeOptions extends ClusterOptions {
  readonly filename: readonly string[];
  /** Judge what the cluster holds, alone or together with the files. */
  readonly cluster: boolean;
  readonly meshConfig?: string;
  readonly output: OutputFormat;
}

export interface InjectOptions {
  readonly filename: readonly string[];
  readonly values?: string;
  readonly meshConfig?: string;
  readonly kubeVersion: string;
  /** Tell what would be done and why, in place of doing it. */
  readonly explain?: boolean;
  readonly output: "yaml" | "json" | "patch";
}

export interface StandaloneOptions {
  readonly config: string;
  readonly state: string;
  readonly address: string;
  readonly xdsPort: number;
  readonly webhookPort: number;
  readonly monitoringPort: number;
  readonly healthPort: number;
  readonly tokenKey: string;
  readonly san: readonly string[];
  readonly values?: string;
  readonly kubeVersion: string;
  readonly logLevel: string;
}

export interface ControllerOptions {
  readonly namespace: string;
  readonly service: string;
  readonly revision: string;
  /** Milliseconds. */
  readonly webhookAuthorityLife: number;
  readonly webhookCertificateLife: number;
  readonly autoAllocateAddresses: boolean;
  readonly kubeconfig?: string;
  readonly address: string;
  readonly xdsPort: number;
  readonly webhookPort: number;
  readonly monitoringPort: number;
  readonly healthPort: number;
  readonly values?: string;
  readonly logLevel: string;
}

export interface ProxyConfigOptions {
  readonly namespace: string;
  readonly kubeconfig?: string;
  readonly file?: string;
  readonly admin?: string;
  readonly name?: string;
  readonly port?: number;
  readonly cluster?: string;
  readonly fqdn?: string;
  readonly subset?: string;
  readonly address?: string;
  readonly output: "short" | "json" | "yaml";
}

/** What each command does; each resolves to the exit status. */
export interface Handlers {
  controller(options: ControllerOptions): Promise<number>;
  standalone(options: StandaloneOptions): Promise<number>;
  /** `agent` and `iptables` read their own arguments: they are Istio's, not ours. */
  agent(args: readonly string[]): Promise<number>;
  iptables(args: readonly string[]): Promise<number>;
  validate(options: ValidateOptions): Promise<number>;
  analyze(options: AnalyzeOptions): Promise<number>;
  inject(options: InjectOptions): Promise<number>;
  proxyConfig(section: string, pod: string | undefined, options: ProxyConfigOptions): Promise<number>;
  version(): Promise<number>;
}

const append = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError("Write a port between 0 and 65535.");
  }
  return number;
}

/** Milliseconds; long enough for a renewal to be seen by all before it counts. */
function life(value: string): number {
  const ms = durationMs(value);
  if (ms === undefined || ms < 10_000) {
    throw new InvalidArgumentError("Write a duration of 10s or more, as 2160h.");
  }
  return ms;
}

const DAY = 24 * 3_600_000;

/** As `kubectl version` has it: `1.34`, `v1.34.4-gke.1`, `1.29+`. */
function kubeVersion(value: string): string {
  if (!/^v?\d+\.\d+([.+-].*)?$/.test(value)) {
    throw new InvalidArgumentError("Write a version of Kubernetes, as 1.34.");
  }
  return value;
}

const files = () => new Option("-f, --filename <path>", "a file, a folder, or - for standard input; may be repeated").argParser(append);

const kubeVersionOption = () =>
  new Option("--kube-version <version>", "version of Kubernetes to inject for").argParser(kubeVersion).default("1.34");

const lifeOption = (flags: string, description: string, days: number) =>
  new Option(flags, `${description}; renewed after two thirds of it`).argParser(life).default(days * DAY, `${days * 24}h`);

const logLevel = () =>
  new Option("--log-level <level>", "least important lines that are logged")
    .choices(["trace", "debug", "info", "warn", "error"])
    .default("info");

const kubeconfig = () => new Option("--kubeconfig <file>", "kubeconfig of the cluster; without it, what kubectl would take");

function withCluster(command: Command): Command {
  return command
    .addOption(kubeconfig())
    .option("-i, --istio-namespace <name>", "namespace of the control plane and of the ConfigMap istio", "istio-system");
}

type Done = (status: Promise<number>) => Promise<void>;

/** Ends with what to write where a command was given nothing to look at. */
function demand<T extends { readonly filename?: readonly string[] }>(
  command: Command,
  options: T,
  also = "",
): T & { readonly filename: readonly string[] } {
  if (options.filename === undefined) {
    command.error(`error: nothing to ${command.name()}; write -f FILE, -f FOLDER, or -f - for standard input${also}`);
  }
  return { ...options, filename: options.filename };
}

const output = (formats: readonly string[]) => new Option("-o, --output <format>", "output format").choices(formats).default(formats[0]);

function withPorts(command: Command): Command {
  return command
    .option("--address <ip>", "address to listen on", "0.0.0.0")
    .option("--xds-port <port>", "port for proxies: configuration and certificates", whole, 15012)
    .option("--webhook-port <port>", "port for the webhooks", whole, 15017)
    .option("--monitoring-port <port>", "port for metrics and debugging", whole, 15014)
    .option("--health-port <port>", "port for health checks", whole, 8080)
    .option("--values <file>", "chart values that decide what is injected (YAML or JSON)")
    .addOption(logLevel());
}

function addServers(program: Command, handlers: Handlers, done: Done): void {
  withPorts(program.command("controller"))
    .description("run the control plane in a cluster: webhooks, configuration of proxies, certificates")
    .option("--namespace <name>", "namespace the control plane runs in", "istio-system")
    .option("--service <name>", "Service by which proxies and webhooks reach it", "fairlead")
    .option("--revision <name>", "revision of this control plane", "default")
    .addOption(lifeOption("--webhook-authority-life <duration>", "life of the authority that signs the webhooks' certificate", 365))
    .addOption(lifeOption("--webhook-certificate-life <duration>", "life of the webhooks' certificate", 90))
    .option("--no-auto-allocate-addresses", "give no addresses to hosts of ServiceEntries; those that were given stay")
    .option("--kubeconfig <file>", "kubeconfig; without it, the pod's own service account")
    .action((options: ControllerOptions) => done(handlers.controller(options)));
  withPorts(program.command("standalone"))
    .description("run the control plane without Kubernetes, on a folder of YAML")
    .requiredOption("--config <dir>", "folder of YAML that is watched")
    .requiredOption("--token-key <file>", "public key (PEM) that signs the workloads' tokens")
    .option("--state <dir>", "folder for authorities and last good configuration", "./fairlead-state")
    .addOption(kubeVersionOption())
    .addOption(new Option("--san <name>", "name or address in the serving certificates; may be repeated").argParser(append).default([]))
    .action((options: StandaloneOptions) => done(handlers.standalone(options)));
}

/** `agent` and `iptables` read their own arguments, which are Istio's. */
function addPodCommands(program: Command, handlers: Handlers, done: Done): void {
  for (const [name, run, description, usage] of [
    ["agent", handlers.agent, "run the companion of a proxy (arguments: proxy sidecar|router …)", AGENT_USAGE],
    ["iptables", handlers.iptables, "write the redirection of a pod's traffic (Istio's flags; --dry-run prints it)", IPTABLES_USAGE],
  ] as const) {
    program
      .command(name)
      .description(description)
      .allowUnknownOption()
      .passThroughOptions()
      .argument("[args...]")
      .addHelpText("after", usage)
      .action((args: readonly string[]) => done(run(args)));
  }
}

function addChecks(program: Command, handlers: Handlers, done: Done): void {
  const validate = program.command("validate").description("judge manifests one by one, as the webhook does");
  validate
    .addHelpText("after", VALIDATE_USAGE)
    .addOption(files())
    .option("--with <world>", "judge against a world: a folder of YAML, or cluster")
    .addOption(output(["text", "json", "yaml"]));
  withCluster(validate).action((options: ValidateOptions) => done(handlers.validate(demand(validate, options))));
  const inject = program
    .command("inject")
    .description("add the sidecar to everything in manifests that has a pod template")
    .addOption(files())
    .option("--values <file>", "chart values (YAML or JSON)")
    .option("--mesh-config <file>", "mesh configuration (YAML or JSON)")
    .addOption(kubeVersionOption())
    .option("--explain", "tell of each object whether it is injected, why, and what is done to it; with -o json as JSON")
    .addOption(output(["yaml", "json", "patch"]))
    .action((options: InjectOptions) => done(handlers.inject(demand(inject, options))));
}

function addAnalyze(program: Command, handlers: Handlers, done: Done): void {
  const analyze = program
    .command("analyze")
    .description("judge manifests together, or what a cluster holds: conflicts, missing references");
  analyze
    .addHelpText("after", ANALYZE_USAGE)
    .addArgument(new Argument("[world]", "cluster: what the cluster holds, alone or together with the files").choices(["cluster"]))
    .addOption(files())
    .option("--mesh-config <file>", "mesh configuration to judge under")
    .addOption(output(["text", "json", "yaml"]));
  withCluster(analyze).action((world: string | undefined, options: AnalyzeOptions) => {
    const cluster = world !== undefined;
    const given = cluster ? { ...options, filename: options.filename ?? [] } : demand(analyze, options, "; or: fairlead analyze cluster");
    return done(handlers.analyze({ ...given, cluster }));
  });
}

function addInspection(program: Command, handlers: Handlers, done: Done): void {
  const config = program
    .command("proxy-config")
    .alias("pc")
    .description("show what a proxy holds: listeners, routes, clusters, endpoints, secrets");
  for (const section of ["listener", "route", "cluster", "endpoint", "secret", "bootstrap"]) {
    config
      .command(section)
      .alias(`${section}s`)
      .description(`show the ${section}s of a proxy`)
      .argument("[pod]", "name of the pod, or POD.NAMESPACE")
      .option("-n, --namespace <name>", "namespace of the pod", "default")
      .addOption(kubeconfig())
      .option("-f, --file <file>", "read a config dump from a file instead")
      .option("--admin <url>", "read from Envoy's admin address instead, as http://127.0.0.1:15000")
      .option("--name <name>", "only this name")
      .option("--port <port>", "only this port", whole)
      .option("--cluster <name>", "only endpoints of this cluster")
      .option("--fqdn <host>", "only clusters of this host")
      .option("--subset <name>", "only clusters of this subset")
      .option("--address <address>", "only this address")
      .addOption(output(["short", "json", "yaml"]))
      .action((pod: string | undefined, options: ProxyConfigOptions) => done(handlers.proxyConfig(section, pod, options)));
  }
}

/** The command line of `fairlead`. `exit` is told the status of the command that ran. */
export function buildProgram(handlers: Handlers, version: string, exit: (status: number) => void): Command {
  const done = async (status: Promise<number>) => exit(await status);
  const program = new Command("fairlead")
    .description("Leads the outbound traffic of Kubernetes workloads.")
    .version(`fairlead ${version}`, "-V, --version", "print the version")
    .exitOverride()
    .showHelpAfterError("(fairlead --help lists the commands)")
    .enablePositionalOptions();
  addServers(program, handlers, done);
  addPodCommands(program, handlers, done);
  addChecks(program, handlers, done);
  addAnalyze(program, handlers, done);
  addInspection(program, handlers, done);
  program
    .command("version")
    .description("print the version")
    .action(() => done(handlers.version()));
  return program;
}

/** Runs the command line: what `exit` is told is the command's own status, 0 for help, 2 where the words are not understood. */
export async function runProgram(program: Command, args: readonly string[], exit: (status: number) => void): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    exit(error.exitCode === 0 ? 0 : 2);
  }
}
