import type { ContainerRun } from "./container-run.ts";
import { inNetwork } from "./lab-network.ts";
import type { ActionSpec, ContainerSpec, ProbeSpec } from "./pod-spec.ts";
import { runCommand } from "./run-command.ts";

/** What a probe asks and from where: the node's namespace, as a kubelet does. */
export interface ProbeTarget {
  /** Namespace the node's requests come from. */
  readonly node: string;
  readonly address: string;
  readonly container: ContainerSpec;
  readonly run: ContainerRun;
}

/** Carries out one probe or hook; true when it succeeded. */
export async function probeOnce(target: ProbeTarget, probe: ActionSpec, timeoutSeconds: number): Promise<boolean> {
  const timeoutMs = timeoutSeconds * 1000;
  if (probe.exec) return (await target.run.exec(probe.exec.command, { timeoutMs })).code === 0;
  if (probe.httpGet) return httpProbe(target, probe.httpGet, timeoutSeconds);
  if (probe.tcpSocket) return tcpProbe(target, portNumber(target.container, probe.tcpSocket.port), timeoutSeconds);
  if (probe.sleep) {
    await new Promise((resolve) => setTimeout(resolve, (probe.sleep?.seconds ?? 0) * 1000));
    return true;
  }
  throw new Error(`container ${target.container.name} has a probe of a kind the lab does not have: ${Object.keys(probe).join(", ")}`);
}

/** 200 to 399 is success, as for a kubelet. */
async function httpProbe(target: ProbeTarget, get: NonNullable<ActionSpec["httpGet"]>, timeoutSeconds: number): Promise<boolean> {
  const scheme = (get.scheme ?? "HTTP").toLowerCase();
  const url = `${scheme}://${get.host ?? target.address}:${portNumber(target.container, get.port)}${slashed(get.path)}`;
  const headers = (get.httpHeaders ?? []).flatMap((header) => ["-H", `${header.name}: ${header.value}`]);
  const curl = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-A", "kube-probe/lab", "--max-time", String(timeoutSeconds)];
  const result = await runCommand(inNetwork(target.node, [...curl, ...headers, url]));
  const status = Number(result.stdout);
  return result.code === 0 && status >= 200 && status < 400;
}

async function tcpProbe(target: ProbeTarget, port: number, timeoutSeconds: number): Promise<boolean> {
  const script = `exec 3<>/dev/tcp/${target.address}/${port}`;
  const result = await runCommand(inNetwork(target.node, ["timeout", String(timeoutSeconds), "bash", "-c", script]));
  return result.code === 0;
}

function slashed(path = "/"): string {
  return path.startsWith("/") ? path : `/${path}`;
}

function portNumber(container: ContainerSpec, port: number | string): number {
  if (typeof port === "number" || /^\d+$/.test(port)) return Number(port);
  const ports = (container["ports"] ?? []) as readonly { name?: string; containerPort: number }[];
  const named = ports.find((candidate) => candidate.name === port);
  if (!named) throw new Error(`container ${container.name} has no port named ${port}`);
  return named.containerPort;
}

/** Asks until the probe has succeeded as often as it must; false when it failed as often as it may, or when `ended` resolves first. */
export async function probeUntilSuccess(target: ProbeTarget, probe: ProbeSpec, signal: AbortSignal): Promise<boolean> {
  await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
  let failures = 0;
  while (!signal.aborted) {
    if (await probeOnce(target, probe, probe.timeoutSeconds ?? 1).catch(() => false)) return true;
    failures += 1;
    if (failures >= (probe.failureThreshold ?? 3)) return false;
    await pause((probe.periodSeconds ?? 10) * 1000, signal);
  }
  return false;
}

/** Asks over and over until `life` ends, and tells after each time how often in a row it has failed. */
export async function followProbe(
  target: ProbeTarget,
  probe: ProbeSpec,
  life: AbortSignal,
  tell: (failures: number) => void,
): Promise<void> {
  await pause((probe.initialDelaySeconds ?? 0) * 1000, life);
  let failures = 0;
  while (!life.aborted) {
    const good = await probeOnce(target, probe, probe.timeoutSeconds ?? 1).catch(() => false);
    failures = good ? 0 : failures + 1;
    if (!life.aborted) tell(failures);
    await pause((probe.periodSeconds ?? 10) * 1000, life);
  }
}

/** Waits, or until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
