import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePorts, until } from "./child.ts";
import type { ApiServer } from "./start-api-server.ts";

/** A controller that runs with the rights of the chart. */
export interface Replica {
  log(): string;
  ready(): Promise<boolean>;
  /** The number after a metric and its labels as they are written; 0 where there is none. */
  metric(name: string): Promise<number>;
  /** Where proxies dial. */
  readonly xdsPort: number;
  /** Where the API server calls. */
  readonly webhookPort: number;
  /** TERM, and the end of the process. */
  stop(): Promise<void>;
}

export interface ReplicaOptions {
  readonly server: ApiServer;
  /** For its kubeconfig. */
  readonly folder: string;
  readonly pod: string;
  readonly webhookPort: number;
  /** Empty: the default one. */
  readonly revision: string;
  /** Names of the webhook configurations whose caBundle it waits for. */
  readonly configurations: readonly string[];
  /** More arguments of the controller. */
  readonly args?: readonly string[];
}

/** Name of everything of a revision. */
export const serviceName = (revision: string): string => (revision === "" ? "fairlead" : `fairlead-${revision}`);

/** A kubeconfig of the controller's own service account: what the chart does not allow it, it cannot do. */
async function controllerKubeconfig({ server, folder, revision }: ReplicaOptions): Promise<string> {
  const token = await server.tokenFor("istio-system", serviceName(revision), "https://kubernetes.default.svc");
  const config = JSON.parse(readFileSync(server.kubeconfig, "utf8")) as { users: { user: object }[] };
  for (const user of config.users) user.user = { token };
  const file = join(folder, `${serviceName(revision)}-kubeconfig`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** Resolves when it answers, ready or not. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { pod, webhookPort, revision, configurations } = options;
  const [xds = 0, monitoring = 0, health = 0] = await freePorts(3);
  const args = ["controller", "--kubeconfig", await controllerKubeconfig(options), "--address", "127.0.0.1"];
  args.push("--webhook-port", `${webhookPort}`, "--xds-port", `${xds}`, "--monitoring-port", `${monitoring}`, "--health-port", `${health}`);
  args.push(...(options.args ?? []));
  if (revision !== "") args.push("--revision", revision, "--service", serviceName(revision));
  const env = { ...process.env, POD_NAME: pod, WEBHOOK_CONFIGURATIONS: configurations.join(",") };
  const child = spawn(resolve("dist/fairlead"), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<void>((resolveGone) => child.once("exit", () => resolveGone()));
  let text = "";
  child.stdout.on("data", (data: Buffer) => (text += data.toString()));
  child.stderr.on("data", (data: Buffer) => (text += data.toString()));
  const answer = () => fetch(`http://127.0.0.1:${health}/ready`).catch(() => undefined);
  const replica: Replica = {
    log: () => text,
    ...{ xdsPort: xds, webhookPort },
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
