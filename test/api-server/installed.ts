import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePorts, until } from "./child.ts";
import { findBinary } from "./find-binary.ts";
import { type Replica, type ReplicaOptions, serviceName, startReplica } from "./replica.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

const run = promisify(execFile);

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A cluster without nodes, and the programs that people use. */
export interface Bare {
  readonly server: ApiServer;
  kubectl(args: readonly string[], stdin?: string): Promise<CommandResult>;
  helm(args: readonly string[]): Promise<CommandResult>;
  /** Our own command, as `fairlead tag list`. */
  fairlead(args: readonly string[]): Promise<CommandResult>;
  /** Leads a revision's webhooks to a controller that is started for them here, with the rights of its chart and `args`. Resolves when it is ready. */
  startRevision(revision: string, args?: readonly string[]): Promise<Replica>;
  /** One more controller of the default revision, by the name of its pod; the webhooks do not lead to it. Resolves when it answers. */
  startReplica(pod: string, args?: readonly string[]): Promise<Replica>;
  stop(): Promise<void>;
}

/** One in which `charts/fairlead` is installed by helm, and its controller runs. */
export interface Installed extends Bare {
  /** The number of a metric of the first controller. */
  metric(name: string): Promise<number>;
  /** Where proxies dial the first controller. */
  readonly xdsPort: number;
  /** Ends the first controller, to which the webhooks lead. */
  stopController(): Promise<void>;
  /** What the controller has logged. */
  log(): string;
}

async function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv, stdin = ""): Promise<CommandResult> {
  const child = run(program, args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
  child.child.stdin?.end(stdin);
  try {
    return { code: 0, ...(await child) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** The result of a command that has to succeed. */
export function must(result: CommandResult): CommandResult {
  if (result.code !== 0) throw new Error(result.stderr || result.stdout);
  return result;
}

interface WebhookConfiguration {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks: readonly { readonly clientConfig: { readonly service: { readonly name: string } } }[];
}

/** What leads to a revision, its tags among it. */
async function configurationsOf({ kubectl }: Pick<Bare, "kubectl">, revision: string): Promise<readonly WebhookConfiguration[]> {
  const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
  const { stdout } = must(await kubectl(["get", kinds, "-l", "app.kubernetes.io/name=fairlead", "-o", "json"]));
  const { items } = JSON.parse(stdout) as { items: WebhookConfiguration[] };
  return items.filter(({ webhooks: [first] }) => first?.clientConfig.service.name === serviceName(revision));
}

/** There is no network of Services here: the names stay, and lead to this machine. Gives the names of the configurations. */
async function leadHere({ kubectl }: Pick<Bare, "kubectl">, revision: string, port: number): Promise<readonly string[]> {
  const toHere = { spec: { type: "ExternalName", externalName: "localhost", clusterIP: null, clusterIPs: null, selector: null } };
  must(await kubectl(["patch", "service", serviceName(revision), "-n", "istio-system", "--type=merge", "-p", JSON.stringify(toHere)]));
  const configurations = await configurationsOf({ kubectl }, revision);
  for (const { kind, metadata, webhooks } of configurations) {
    const patch = webhooks.map((_, i) => ({ op: "add", path: `/webhooks/${i}/clientConfig/service/port`, value: port }));
    must(await kubectl(["patch", kind, metadata.name, "--type=json", "-p", JSON.stringify(patch)]));
  }
  return configurations.map(({ metadata }) => metadata.name);
}

/** A real API server with its controllers. `flags` are more ones of kube-apiserver. */
export async function openBare(flags: readonly string[] = []): Promise<Bare> {
  const server = await startApiServer({ controllerManager: true, args: flags });
  const folder = mkdtempSync(join(tmpdir(), "fairlead-installed-"));
  const env = { KUBECONFIG: server.kubeconfig, KUBECACHEDIR: folder, HOME: folder };
  const kubectl: Bare["kubectl"] = (args, stdin) => command(findBinary("kubectl"), args, env, stdin);
  const replicas = new Set<Replica>();
  const start = async (given: Pick<ReplicaOptions, "pod" | "revision" | "webhookPort" | "args">): Promise<Replica> => {
    const { revision } = given;
    const configurations = (await configurationsOf({ kubectl }, revision)).map(({ metadata }) => metadata.name);
    const replica = await startReplica({ ...given, server, folder, configurations });
    replicas.add(replica);
    return replica;
  };
  return {
    server,
    kubectl,
    helm: (args) => command(findBinary("helm"), args, env),
    fairlead: (args) => command(resolve("dist/fairlead"), args, env),
    startRevision: async (revision, args = []) => {
      const [port = 0] = await freePorts(1);
      await leadHere({ kubectl }, revision, port);
      const replica = await start({ pod: `${serviceName(revision)}-0`, revision, webhookPort: port, args });
      await until(replica.ready, () => `the controller does not get ready:\n${replica.log()}`, 30);
      return replica;
    },
    startReplica: async (pod, args = []) => start({ pod, revision: "", webhookPort: (await freePorts(1))[0] ?? 0, args }),
    stop: async () => {
      await Promise.all([...replicas].map((replica) => replica.stop()));
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `values` are more arguments of `helm install`. */
export async function installFairlead(values: readonly string[] = [], flags: readonly string[] = []): Promise<Installed> {
  const bare = await openBare(flags);
  try {
    must(await bare.helm(["install", "fairlead", resolve("charts/fairlead"), "-n", "istio-system", "--create-namespace", ...values]));
    const { log, metric, xdsPort, stop: stopController } = await bare.startRevision("");
    return { ...bare, log, metric, xdsPort, stopController };
  } catch (error) {
    await bare.stop();
    throw error;
  }
}
