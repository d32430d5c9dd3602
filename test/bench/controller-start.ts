import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KINDS } from "../../src/api/kinds.ts";
import { SERVICE_ACCOUNT_DIR } from "../../src/source/kubernetes/in-cluster-access.ts";
import { freePorts } from "../api-server/child.ts";
import { type Installed, installFairlead } from "../api-server/installed.ts";
import { cpuMsOf } from "./process-cpu.ts";
import { type Summary, summaryOf } from "./result.ts";

export interface StartCost {
  /** From the start of the process to the first time that it says it is ready. */
  readonly readyMs: Summary & { readonly samples: readonly number[] };
  readonly cpuMs: Summary & { readonly samples: readonly number[] };
  readonly loadAverage: number;
}

const AT_ONCE = 16;

/** Stores objects as an administrator would, several at once. */
async function store({ server }: Installed, objects: readonly object[]): Promise<void> {
  const left = [...objects];
  const worker = async (): Promise<void> => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const { kind, apiVersion, metadata } = body as { kind: keyof typeof KINDS; apiVersion: string; metadata: { namespace: string } };
      const { plural } = KINDS[kind as Exclude<typeof kind, "MeshConfig">];
      await server.admin.json({ method: "POST", path: `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}`, body });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(5);
  }
  throw new Error("the controller ended before it was ready");
}

/** What a pod of the controller has: its files in `folder`, and its environment. */
interface PodLike {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

async function podLike({ server }: Installed): Promise<PodLike> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-start-"));
  writeFileSync(join(folder, "ca.crt"), server.ca);
  writeFileSync(join(folder, "token"), await server.tokenFor("istio-system", "fairlead", "https://kubernetes.default.svc"));
  const { hostname, port } = new URL(server.url);
  const webhooks = "fairlead-istio-system-injector,fairlead-istio-system-validator";
  const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, WEBHOOK_CONFIGURATIONS: webhooks };
  return { folder, env: { ...process.env, ...env } };
}

/** Sees the service account's files where the kubelet puts them: who signs in by a kubeconfig loads a library that no pod needs. */
function inPod({ folder }: PodLike): readonly string[] {
  const files = `mount -t tmpfs run /var/run && mkdir -p ${SERVICE_ACCOUNT_DIR} && cp ${folder}/* ${SERVICE_ACCOUNT_DIR}`;
  return ["unshare", "--mount", "sh", "-c", `${files} && exec "$@"`, "sh"];
}

/** Starts one more controller beside the one that leads, as a rolling restart does, and ends it. */
async function startOnce(like: PodLike, pod: string): Promise<{ readonly readyMs: number; readonly cpuMs: number }> {
  const [webhook, xds, monitoring, health = 0] = await freePorts(4);
  const ports = Object.entries({ webhook, xds, monitoring, health }).flatMap(([name, port]) => [`--${name}-port`, `${port}`]);
  const [program = "", ...args] = [...inPod(like), resolve("dist/fairlead"), "controller", "--address", "127.0.0.1", ...ports];
  const since = performance.now();
  const child = spawn(program, args, { env: { ...like.env, POD_NAME: pod }, stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    await untilReady(health, child);
    return { readyMs: performance.now() - since, cpuMs: cpuMsOf(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function startOften(like: PodLike, times: number) {
  try {
    const starts = [];
    for (let i = 0; i < times; i++) starts.push(await startOnce(like, `start-${i}`));
    return starts;
  } finally {
    rmSync(like.folder, { recursive: true });
  }
}

/** How long a controller takes to be ready in a cluster of so many objects, beside a real API server on this machine. */
export async function measureStart(objects: readonly object[], times: number): Promise<StartCost> {
  const cluster = await installFairlead();
  try {
    const namespaces = new Set(objects.map((object) => (object as { metadata: { namespace: string } }).metadata.namespace));
    for (const namespace of namespaces) await cluster.kubectl(["create", "namespace", namespace]);
    await store(cluster, objects);
    const starts = await startOften(await podLike(cluster), times);
    const [ready, cpu] = [starts.map(({ readyMs }) => Math.round(readyMs)), starts.map(({ cpuMs }) => Math.round(cpuMs))];
    const spread = (samples: readonly number[]) => ({ ...summaryOf(samples), samples });
    return { readyMs: spread(ready), cpuMs: spread(cpu), loadAverage: loadavg()[0] ?? 0 };
  } finally {
    await cluster.stop();
  }
}
