import { Command, Option } from "commander";

export type OutputFormat = "text" | "json" | "yaml";

export interface ValidateOptions {
  readonly filename: readonly string[];
  /** A folder of YAML, or `cluster`. */
  readonly with?: string;
  readonly output: OutputFormat;
}

export interface AnalyzeOptions {
  readonly filename: readonly string[];
  readonly meshConfig?: string;
  readonly output: OutputFormat;
}

export interface InjectOptions {
  readonly filename: readonly string[];
  readonly values?: string;
  readonly meshConfig?: string;
  readonly kubeVersion: string;
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

const append = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new Error(`write a port between 0 and 65535 instead of "${value}"`);
  }
  return number;
}

const files = () =>
  new Option("-f, --filename <path>", "a file, a folder, or - for standard input; may be repeated")
    .argParser(append)
    .default([])
    .makeOptionMandatory();

const output = (formats: readonly string[]) => new Option("-o, --output <format>", "output format").choices(formats).default(formats[0]);

function withPorts(command: Command): Command {
  return command
    .option("--address <ip>", "address to listen on", "0.0.0.0")
    .option("--xds-port <port>", "port for proxies: configuration and certificates", whole, 15012)
    .option("--webhook-port <port>", "port for the webhooks", whole, 15017)
    .option("--monitoring-port <port>", "port for metrics and debugging", whole, 15014)
    .option("--health-port <port>", "port for health checks", whole, 8080)
    .option("--values <file>", "chart values that decide what is injected (YAML or JSON)")
    .option("--log-level <level>", "trace, debug, info, warn or error", "info");
}

function addServers(program: Command, handlers: Handlers, done: (status: Promise<number>) => Promise<void>): void {
  withPorts(program.command("controller"))
    .description("run the control plane in a cluster: webhooks, configuration of proxies, certificates")
    .option("--namespace <name>", "namespace the control plane runs in", "istio-system")
    .option("--service <name>", "Service by which proxies and webhooks reach it", "fairlead")
    .option("--revision <name>", "revision of this control plane", "default")
    .option("--kubeconfig <file>", "kubeconfig; without it, the pod's own service account")
    .action((options: ControllerOptions) => done(handlers.controller(options)));
  withPorts(program.command("standalone"))
    .description("run the control plane without Kubernetes, on a folder of YAML")
    .requiredOption("--config <dir>", "folder of YAML that is watched")
    .requiredOption("--token-key <file>", "public key (PEM) that signs the workloads' tokens")
    .option("--state <dir>", "folder for authorities and last good configuration", "./fairlead-state")
    .option("--kube-version <version>", "version of Kubernetes to inject for", "1.34")
    .addOption(new Option("--san <name>", "name or address in the serving certificates; may be repeated").argParser(append).default([]))
    .action((options: StandaloneOptions) => done(handlers.standalone(options)));
  for (const [name, run, description] of [
    ["agent", handlers.agent, "run the companion of a proxy (arguments: proxy sidecar|router …)"],
    ["iptables", handlers.iptables, "write the redirection of a pod's traffic (Istio's flags; --dry-run prints it)"],
  ] as const) {
    program
      .command(name)
      .description(description)
      .allowUnknownOption()
      .helpOption(false)
      .argument("[args...]")
      .action((args: readonly string[]) => done(run(args)));
  }
}

function addChecks(program: Command, handlers: Handlers, done: (status: Promise<number>) => Promise<void>): void {
  program
    .command("validate")
    .description("judge manifests one by one, as the webhook does")
    .addOption(files())
    .option("--with <world>", "judge against a world: a folder of YAML, or cluster")
    .addOption(output(["text", "json", "yaml"]))
    .action((options: ValidateOptions) => done(handlers.validate(options)));
  program
    .command("analyze")
    .description("judge manifests together: conflicts, missing references")
    .addOption(files())
    .option("--mesh-config <file>", "mesh configuration to judge under")
    .addOption(output(["text", "json", "yaml"]))
    .action((options: AnalyzeOptions) => done(handlers.analyze(options)));
  program
    .command("inject")
    .description("add the sidecar to everything in manifests that has a pod template")
    .addOption(files())
    .option("--values <file>", "chart values (YAML or JSON)")
    .option("--mesh-config <file>", "mesh configuration (YAML or JSON)")
    .option("--kube-version <version>", "version of Kubernetes to inject for", "1.34")
    .addOption(output(["yaml", "json", "patch"]))
    .action((options: InjectOptions) => done(handlers.inject(options)));
}

function addInspection(program: Command, handlers: Handlers, done: (status: Promise<number>) => Promise<void>): void {
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
export function buildProgram(handlers: Handlers, exit: (status: number) => void): Command {
  const done = async (status: Promise<number>) => exit(await status);
  const program = new Command("fairlead")
    .description("Leads the outbound traffic of Kubernetes workloads.")
    .showHelpAfterError("(fairlead --help lists the commands)")
    .enablePositionalOptions();
  addServers(program, handlers, done);
  addChecks(program, handlers, done);
  addInspection(program, handlers, done);
  program
    .command("version")
    .description("print the version")
    .action(() => done(handlers.version()));
  return program;
}
