import { resolve } from "node:path";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import type { DnsNames } from "../../src/lab/dns-server.ts";
import { type Lab, openLab } from "../../src/lab/lab.ts";
import { inNetwork } from "../../src/lab/lab-network.ts";
import type { OutsideServer } from "../../src/lab/outside-servers.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { type CommandResult, mustRun, runCommand } from "../../src/lab/run-command.ts";

/** The programs under test, as `make build images` leaves them; a developer may name others. */
export const FAIRLEAD = [resolve(process.env["FAIRLEAD_BIN"] ?? "dist/fairlead")];
export const IMAGES = resolve(process.env["FAIRLEAD_IMAGES"] ?? "dist/images/index.json");
export const LAB_PROCESS = [process.execPath, resolve("test/network/lab-process.ts")];

export interface MeshOptions {
  readonly servers: readonly OutsideServer[];
  readonly names?: DnsNames;
  /** ConfigMap `istio`, key `mesh`. */
  readonly mesh?: string;
  readonly dualStack?: boolean;
  /** Namespaces that are labelled for injection. */
  readonly namespaces: readonly string[];
}

/** A lab with a running control plane and its namespaces. */
export async function startMesh(options: MeshOptions): Promise<Lab> {
  const { servers, names = {}, dualStack = false } = options;
  const lab = await openLab({ images: IMAGES, fairlead: FAIRLEAD, labProcess: LAB_PROCESS, servers, names, dualStack });
  try {
    await lab.apply(namespace("istio-system", {}));
    for (const name of options.namespaces) await lab.apply(namespace(name, { "istio-injection": "enabled" }));
    await lab.apply(meshConfig(options.mesh ?? "accessLogFile: /dev/stdout\n"));
    await lab.controlPlane.start();
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

export function namespace(name: string, labels: Readonly<Record<string, string>>): ClusterObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

export function meshConfig(mesh: string): ClusterObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio", namespace: "istio-system" }, data: { mesh } };
}

export const REGISTRY_ONLY = "accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n";

/** A Deployment whose app is a shell that sleeps. */
export function sleeper(namespaceName: string, name: string, spec: Readonly<Record<string, unknown>> = {}): ClusterObject {
  const container = { name: "app", image: "localhost/fairlead/tools:dev", command: ["sleep", "1000000"] };
  const template = { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [container], ...spec } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: namespaceName }, spec: { template } };
}

/** Injects a Deployment's pod, runs it, waits until it is ready. */
export async function runInjected(lab: Lab, deployment: ClusterObject): Promise<RunningPod> {
  const { pod } = await lab.inject(deployment);
  const running = await lab.run(pod);
  await lab.ready(running);
  return running;
}

/** Runs a shell command in the app's container. */
export function inApp(pod: RunningPod, script: string): Promise<CommandResult> {
  return pod.exec("app", ["sh", "-c", script], { timeoutMs: 60_000 });
}

/** Runs a program of the machine in the pod's network, as one more app of the pod. */
export function inPodNetwork(pod: RunningPod, argv: readonly string[]): Promise<CommandResult> {
  return runCommand(inNetwork(pod.network, argv), { timeoutMs: 60_000 });
}

/** `fairlead proxy-config …`, read from the pod's Envoy. */
export async function proxyConfig(pod: RunningPod, args: readonly string[]): Promise<string> {
  return mustRun(inNetwork(pod.network, [...FAIRLEAD, "proxy-config", ...args, "--admin", "http://127.0.0.1:15000"]));
}

/** Process ids of the pod's Envoy. */
export async function envoyPids(pod: RunningPod): Promise<readonly number[]> {
  const script = `for pid in $(ip netns pids ${pod.network}); do [ "$(cat /proc/$pid/comm 2>/dev/null)" = envoy ] && echo $pid; done; true`;
  const pids = (await mustRun(["sh", "-c", script])).split("\n").filter((line) => line !== "");
  return pids.map(Number);
}

/** Tries until `check` throws no more; then the last error stands. */
export async function eventually<T>(check: () => Promise<T>, withinMs = 5000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((wait) => setTimeout(wait, 25));
    }
  }
}
