import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KINDS } from "../../src/api/kinds.ts";
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

/** Starts one more controller beside the one that leads, as a rolling restart does, and ends it. */
async function startOnce({ server }: Installed, pod: string): Promise<{ readonly readyMs: number; readonly cpuMs: number }> {
  const [webhook, xds, monitoring, health = 0] = await freePorts(4);
  const ports = Object.entries({ webhook, xds, monitoring, health }).flatMap(([name, port]) => [`--${name}-port`, `${port}`]);
  const webhooks = { MUTATING_WEBHOOK: "fairlead-istio-system-injector", VALIDATING_WEBHOOK: "fairlead-istio-system-validator" };
  const args = ["controller", "--kubeconfig", server.kubeconfig, "--address", "127.0.0.1", ...ports];
  const since = performance.now();
  const child = spawn(resolve("dist/fairlead"), args, { env: { ...process.env, POD_NAME: pod, ...webhooks }, stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    await untilReady(health, child);
    return { readyMs: performance.now() - since, cpuMs: cpuMsOf(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

/** How long a controller takes to be ready in a cluster of so many objects, beside a real API server on this machine. */
export async function measureStart(objects: readonly object[], times: number): Promise<StartCost> {
  const cluster = await installFairlead();
  try {
    const namespaces = new Set(objects.map((object) => (object as { metadata: { namespace: string } }).metadata.namespace));
    for (const namespace of namespaces) await cluster.kubectl(["create", "namespace", namespace]);
    await store(cluster, objects);
    const starts = [];
    for (let i = 0; i < times; i++) starts.push(await startOnce(cluster, `start-${i}`));
    const [ready, cpu] = [starts.map(({ readyMs }) => Math.round(readyMs)), starts.map(({ cpuMs }) => Math.round(cpuMs))];
    const spread = (samples: readonly number[]) => ({ ...summaryOf(samples), samples });
    return { readyMs: spread(ready), cpuMs: spread(cpu), loadAverage: loadavg()[0] ?? 0 };
  } finally {
    await cluster.stop();
  }
}
