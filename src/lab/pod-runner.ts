import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { containerCommand, containerEnvironment, type PodPlace } from "./container-environment.ts";
import type { ImageIndex } from "./container-image.ts";
import { runContainer } from "./container-run.ts";
import type { ContainerMount, ContainerPlan } from "./container-script.ts";
import { containerUser } from "./container-user.ts";
import { inNetwork, LAB_ADDRESSES, type LabNetwork, secondAddress } from "./lab-network.ts";
import { labMounts } from "./lab-record.ts";
import { type PodContainer, startPodContainer } from "./pod-container.ts";
import type { ContainerSpec, PodManifest } from "./pod-spec.ts";
import { makeVolumes, type VolumeSources, volumeMounts } from "./pod-volumes.ts";
import { type CommandOptions, type CommandResult, mustRun, runCommand } from "./run-command.ts";
import { unsupportedFields } from "./unsupported-fields.ts";

/** What the runner has of the lab it runs pods in. */
export interface PodRunnerOptions {
  readonly labId: string;
  readonly network: LabNetwork;
  readonly images: ImageIndex;
  readonly volumes: VolumeSources;
  /** Folder of the lab: volumes, logs, scripts. */
  readonly folder: string;
  /** Told of each change of a pod's state. */
  readonly onStatus: (pod: RunningPod) => void;
}

/** A pod that runs. */
export interface RunningPod {
  readonly manifest: PodManifest;
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  /** `address`, and in a lab with two families the IPv6 address. */
  readonly addresses: readonly string[];
  /** Name of its network namespace. */
  readonly network: string;
  readonly containers: readonly PodContainer[];
  /** True when every container is ready. */
  ready(): boolean;
  /** As its status says: Pending, Running, Succeeded or Failed. */
  phase(): string;
  exec(container: string, command: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Everything the container has printed so far. */
  logs(container: string): Promise<string>;
  /** Ends it: preStop, TERM, KILL after the grace (default: the spec's), then removes it. */
  stop(graceSeconds?: number): Promise<void>;
}

/**
 * Runs a pod as its spec says and adds nothing: volumes, init containers in order, sidecars, containers. Rejects, with the
 * container's name and its output, when an init container fails.
 */
export async function startPod(options: PodRunnerOptions, manifest: PodManifest, address: string): Promise<RunningPod> {
  const unsupported = unsupportedFields(manifest);
  if (unsupported.length > 0) throw new Error(`the lab does not carry out ${unsupported.join(", ")}`);
  const name = manifest.metadata.name ?? "";
  const namespace = manifest.metadata.namespace ?? "default";
  const folder = join(options.folder, "pods", `${namespace}_${name}`);
  const network = await options.network.addPod(`${namespace}-${name}`, address);
  for (const { name: setting, value } of manifest.spec.securityContext?.sysctls ?? []) await setInNamespace(network, setting, value);
  const place: PodPlace = { pod: manifest, address };
  const volumes = join(folder, "volumes");
  await mkdir(volumes, { recursive: true });
  await makeVolumes(place, volumes, options.volumes);
  const files = await writeNameFiles(folder, place);
  const containers: PodContainer[] = [];
  const pod = describePod({ manifest, address, network, folder, containers, options });
  const build: Build = { options, place, folder, network, mounts: files, containers, changed: () => options.onStatus(pod) };
  options.onStatus(pod);
  try {
    for (const spec of manifest.spec.initContainers ?? []) await startInitContainer(build, spec);
    for (const spec of manifest.spec.containers) await startMainContainer(build, spec);
  } catch (error) {
    await pod.stop(0);
    throw error;
  }
  options.onStatus(pod);
  return pod;
}

/** A sysctl of the pod's namespaces, as the sandbox gets it. */
async function setInNamespace(network: string, setting: string, value: string): Promise<void> {
  if (!/^net(\.[a-z0-9_-]+)+$/.test(setting)) throw new Error(`the lab sets sysctls below net. only, not ${setting}`);
  await mustRun(inNetwork(network, ["sh", "-c", 'printf %s "$1" > "$2"', "sh", value, `/proc/sys/${setting.replaceAll(".", "/")}`]));
}

interface Build {
  readonly options: PodRunnerOptions;
  readonly place: PodPlace;
  readonly folder: string;
  readonly network: string;
  readonly mounts: readonly ContainerMount[];
  readonly containers: PodContainer[];
  readonly changed: () => void;
}

async function startInitContainer(build: Build, spec: ContainerSpec): Promise<void> {
  if (spec.restartPolicy === "Always") {
    const sidecar = await launch(build, spec);
    if (!(await sidecar.started)) throw new Error(`container ${spec.name} did not start`);
    return;
  }
  const log = logFile(build.folder, spec.name);
  const run = await runContainer(containerPlan(build, spec), { network: build.network, log });
  const code = await run.ended;
  if (code !== 0) {
    const output = (await readFile(log, "utf8")).trim();
    throw new Error(`init container ${spec.name} of ${build.place.pod.metadata.name} ended with ${code}: ${output.slice(-2000)}`);
  }
}

async function startMainContainer(build: Build, spec: ContainerSpec): Promise<void> {
  const container = await launch(build, spec);
  const postStart = spec.lifecycle?.postStart?.exec;
  if (!postStart || !container.current) return;
  // The kubelet starts the next container only when this one's postStart hook has ended: the way an ordinary sidecar holds the app.
  const result = await container.current.exec(postStart.command, { timeoutMs: 600_000 });
  if (result.code !== 0) throw new Error(`postStart hook of ${spec.name} ended with ${result.code}: ${result.stderr || result.stdout}`);
}

async function launch(build: Build, spec: ContainerSpec): Promise<PodContainer> {
  const container = startPodContainer({
    spec,
    plan: containerPlan(build, spec),
    network: build.network,
    node: build.options.network.fabric,
    address: build.place.address,
    log: logFile(build.folder, spec.name),
    restarts: restartsOf(build.place.pod, spec),
    onChange: () => {
      build.changed();
      endSidecars(build);
    },
  });
  build.containers.push(container);
  await container.launched;
  return container;
}

/** As the pod's restartPolicy has it; a sidecar is always started again. */
function restartsOf({ spec }: PodManifest, container: ContainerSpec): (code: number) => boolean {
  const policy = container.restartPolicy ?? spec.restartPolicy ?? "Always";
  return (code) => policy === "Always" || (policy === "OnFailure" && code !== 0);
}

/** Sidecars have no reason to go on when what they are for has ended. */
function endSidecars({ containers, place }: Build): void {
  const { initContainers = [], containers: main, terminationGracePeriodSeconds = 30 } = place.pod.spec;
  const done = new Set(containers.filter((container) => container.done).map(({ name }) => name));
  if (!main.every(({ name }) => done.has(name))) return;
  const sidecars = new Set(initContainers.map(({ name }) => name));
  const left = containers.filter(({ name }) => sidecars.has(name) && !done.has(name));
  for (const sidecar of left) void sidecar.stop(terminationGracePeriodSeconds);
}

function containerPlan(build: Build, spec: ContainerSpec): ContainerPlan {
  const image = build.options.images(spec.image);
  if (!image) throw new Error(`container ${spec.name}: the lab has no image ${spec.image}`);
  const environment = containerEnvironment(build.place, spec, image);
  const scratch = join(build.folder, "scratch", spec.name);
  return {
    hostname: build.place.pod.metadata.name ?? "pod",
    layers: image.layers,
    readOnlyRoot: spec.securityContext?.readOnlyRootFilesystem === true,
    mounts: [...build.mounts, ...volumeMounts(build.place, spec, join(build.folder, "volumes"))],
    user: containerUser(build.place.pod.spec, spec, image),
    environment,
    workingDir: spec.workingDir ?? image.workingDir,
    command: containerCommand(spec, image, environment),
    scratch,
    tools: join(build.options.folder, "tools"),
    pidFile: `${scratch}.pid`,
  };
}

/** /etc/hosts (with the spec's hostAliases), /etc/resolv.conf and /etc/hostname, as the kubelet writes them. */
async function writeNameFiles(folder: string, place: PodPlace): Promise<readonly ContainerMount[]> {
  const namespace = place.pod.metadata.namespace ?? "default";
  const aliases = (place.pod.spec.hostAliases ?? []).map((alias) => `${alias.ip}\t${alias.hostnames.join("\t")}`);
  const files: Readonly<Record<string, string>> = {
    hosts: ["127.0.0.1\tlocalhost", `${place.address}\t${place.pod.metadata.name}`, ...aliases, ""].join("\n"),
    "resolv.conf": `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${LAB_ADDRESSES.dns}\noptions ndots:5\n`,
    hostname: `${place.pod.metadata.name}\n`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return Object.keys(files).map((name) => ({ source: join(folder, name), target: `/etc/${name}`, readOnly: false, file: true }));
}

function logFile(folder: string, container: string): string {
  return join(folder, "logs", `${container}.log`);
}

interface PodParts {
  readonly manifest: PodManifest;
  readonly address: string;
  readonly network: string;
  readonly folder: string;
  readonly containers: readonly PodContainer[];
  readonly options: PodRunnerOptions;
}

function describePod(parts: PodParts): RunningPod {
  const { manifest, containers } = parts;
  const expected =
    manifest.spec.containers.length + (manifest.spec.initContainers ?? []).filter((spec) => spec.restartPolicy === "Always").length;
  return {
    manifest,
    name: manifest.metadata.name ?? "",
    namespace: manifest.metadata.namespace ?? "default",
    address: parts.address,
    addresses: parts.options.network.dualStack ? [parts.address, secondAddress(parts.address)] : [parts.address],
    network: parts.network,
    containers,
    ready: () => containers.length === expected && containers.every((container) => container.ready),
    phase: () => phaseOf(manifest, containers, expected),
    exec: async (name, command, options) => {
      const run = containers.find((container) => container.name === name)?.current;
      if (!run) throw new Error(`container ${name} of ${manifest.metadata.name} does not run`);
      return run.exec(command, options);
    },
    logs: (container) => readFile(logFile(parts.folder, container), "utf8").catch(() => ""),
    stop: (graceSeconds) => stopPod(parts, graceSeconds ?? manifest.spec.terminationGracePeriodSeconds ?? 30),
  };
}

/** How a sidecar ended has no say in it. */
function phaseOf(manifest: PodManifest, containers: readonly PodContainer[], expected: number): string {
  if (containers.length === 0) return "Pending";
  if (containers.length < expected || containers.some(({ done }) => !done)) return "Running";
  const main = new Set(manifest.spec.containers.map(({ name }) => name));
  return containers.every(({ name, lastExit }) => !main.has(name) || lastExit === 0) ? "Succeeded" : "Failed";
}

/** Containers end together, sidecars after them in reverse order; then the sandbox goes. */
async function stopPod(parts: PodParts, graceSeconds: number): Promise<void> {
  const sidecars = new Set((parts.manifest.spec.initContainers ?? []).map((spec) => spec.name));
  const [last, first] = [
    parts.containers.filter(({ name }) => sidecars.has(name)),
    parts.containers.filter(({ name }) => !sidecars.has(name)),
  ];
  const ends = [Promise.all(first.map((container) => container.stop(graceSeconds))) as Promise<unknown>];
  for (const sidecar of last.toReversed()) ends.push(sidecar.stop(graceSeconds, ends.at(-1)));
  await Promise.all(ends);
  await parts.options.network.removePod(parts.network);
  const mounts = await labMounts(parts.options.labId);
  for (const path of mounts.filter((mount) => mount.startsWith(`${parts.folder}/`))) await runCommand(["umount", "--lazy", path]);
  await rm(join(parts.folder, "volumes"), { recursive: true, force: true });
}
