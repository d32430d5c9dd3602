import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePorts, until } from "./child.ts";
import { findBinary } from "./find-binary.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

const run = promisify(execFile);

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A controller that runs with the rights of the chart. */
export interface Replica {
  log(): string;
  ready(): Promise<boolean>;
  /** The number after a metric and its labels as they are written; 0 where there is none. */
  metric(name: string): Promise<number>;
  /** TERM, and the end of the process. */
  stop(): Promise<void>;
}

/** A cluster without nodes in which `charts/fairlead` is installed by helm, and its controller runs, with the rights the chart gives it. */
export interface Installed {
  readonly server: ApiServer;
  kubectl(args: readonly string[], stdin?: string): Promise<CommandResult>;
  helm(args: readonly string[]): Promise<CommandResult>;
  /** The number of a metric of the first controller. */
  metric(name: string): Promise<number>;
  /** One more controller, by the name of its pod; the webhooks do not lead to it. Resolves when it answers, ready or not. */
  startReplica(pod: string): Promise<Replica>;
  /** Ends the first controller, to which the webhooks lead. */
  stopController(): Promise<void>;
  /** What the controller has logged. */
  log(): string;
  stop(): Promise<void>;
}

async function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv, stdin = ""): Promise<CommandResult> {
  const child = run(findBinary(program), args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
  child.child.stdin?.end(stdin);
  try {
    return { code: 0, ...(await child) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

function must(result: CommandResult): CommandResult {
  if (result.code !== 0) throw new Error(result.stderr || result.stdout);
  return result;
}

/** There is no network of Services here: the names stay, and lead to this machine. */
const WEBHOOKS = [
  ["mutatingwebhookconfiguration", "fairlead-istio-system-injector", 2],
  ["validatingwebhookconfiguration", "fairlead-istio-system-validator", 3],
] as const;

async function leadHere(kubectl: Installed["kubectl"], port: number): Promise<void> {
  const toHere = { spec: { type: "ExternalName", externalName: "localhost", clusterIP: null, clusterIPs: null, selector: null } };
  must(await kubectl(["patch", "service", "fairlead", "-n", "istio-system", "--type=merge", "-p", JSON.stringify(toHere)]));
  for (const [kind, name, count] of WEBHOOKS) {
    const patch = Array.from({ length: count }, (_, i) => ({ op: "add", path: `/webhooks/${i}/clientConfig/service/port`, value: port }));
    must(await kubectl(["patch", kind, name, "--type=json", "-p", JSON.stringify(patch)]));
  }
}

/** A kubeconfig of the controller's own service account: what the chart does not allow it, it cannot do. */
async function controllerKubeconfig(server: ApiServer, folder: string): Promise<string> {
  const token = await server.tokenFor("istio-system", "fairlead", "https://kubernetes.default.svc");
  const config = JSON.parse(readFileSync(server.kubeconfig, "utf8")) as { users: { user: object }[] };
  for (const user of config.users) user.user = { token };
  const file = join(folder, "controller-kubeconfig");
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

interface Start {
  readonly server: ApiServer;
  readonly folder: string;
  readonly pod: string;
  readonly webhookPort: number;
}

async function startController({ server, folder, pod, webhookPort }: Start): Promise<Replica> {
  const [xds = 0, monitoring = 0, health = 0] = await freePorts(3);
  const args = ["controller", "--kubeconfig", await controllerKubeconfig(server, folder), "--address", "127.0.0.1"];
  args.push("--webhook-port", `${webhookPort}`, "--xds-port", `${xds}`, "--monitoring-port", `${monitoring}`, "--health-port", `${health}`);
  const [[, injector], [, validator]] = WEBHOOKS;
  const env = { ...process.env, POD_NAME: pod, MUTATING_WEBHOOK: injector, VALIDATING_WEBHOOK: validator };
  const child = spawn(resolve("dist/fairlead"), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<void>((resolveGone) => child.once("exit", () => resolveGone()));
  let text = "";
  child.stdout.on("data", (data: Buffer) => (text += data.toString()));
  child.stderr.on("data", (data: Buffer) => (text += data.toString()));
  const answer = () => fetch(`http://127.0.0.1:${health}/ready`).catch(() => undefined);
  const replica: Replica = {
    log: () => text,
    ready: async () => (await answer())?.ok ?? false,
    metric: async (name) => {
      const lines = (await (await fetch(`http://127.0.0.1:${monitoring}/metrics`)).text()).split("\n");
      return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
    },
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
    },
  };
  const answers = async () => (await answer()) !== undefined || child.exitCode !== null;
  await until(answers, () => `the controller does not answer:\n${text}`, 30);
  return replica;
}

export async function installFairlead(): Promise<Installed> {
  const server = await startApiServer({ controllerManager: true });
  const folder = mkdtempSync(join(tmpdir(), "fairlead-installed-"));
  const env = { KUBECONFIG: server.kubeconfig, KUBECACHEDIR: folder, HOME: folder };
  const kubectl: Installed["kubectl"] = (args, stdin) => command("kubectl", args, env, stdin);
  const helm: Installed["helm"] = (args) => command("helm", args, env);
  const replicas = new Set<Replica>();
  const start = async (pod: string, webhookPort: number): Promise<Replica> => {
    const replica = await startController({ server, folder, pod, webhookPort });
    replicas.add(replica);
    return replica;
  };
  const stop = async () => {
    await Promise.all([...replicas].map((replica) => replica.stop()));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    must(await helm(["install", "fairlead", resolve("charts/fairlead"), "-n", "istio-system", "--create-namespace"]));
    const [port = 0] = await freePorts(1);
    await leadHere(kubectl, port);
    const first = await start("fairlead-0", port);
    await until(first.ready, () => `the controller does not get ready:\n${first.log()}`, 30);
    const startReplica = async (pod: string) => start(pod, (await freePorts(1))[0] ?? 0);
    return { server, kubectl, helm, startReplica, stopController: first.stop, log: first.log, metric: first.metric, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
