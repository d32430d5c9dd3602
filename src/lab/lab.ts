import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AdmissionClient, type AdmissionReply, admitted, createAdmissionClient } from "./admission-client.ts";
import { type ClusterObject, serviceFields } from "./cluster-object.ts";
import { type ConfigFolder, openConfigFolder } from "./config-folder.ts";
import { readImageIndex } from "./container-image.ts";
import { installContainerTools } from "./container-tools.ts";
import { type ControlPlane, createControlPlane } from "./control-plane.ts";
import { deploymentPod, namePod } from "./deployment-pod.ts";
import type { DnsNames } from "./dns-server.ts";
import { endpointSlice } from "./endpoint-slice.ts";
import { createLabNetwork, LAB_ADDRESSES, type LabNetwork } from "./lab-network.ts";
import { labFolder, reapLabs, recordLab, removeLab } from "./lab-record.ts";
import type { OutsideServer } from "./outside-servers.ts";
import { type OutsideWorld, startOutsideWorld } from "./outside-world.ts";
import { podReport } from "./pod-report.ts";
import { type PodRunnerOptions, type RunningPod, startPod } from "./pod-runner.ts";
import type { PodManifest } from "./pod-spec.ts";
import { createTokenIssuer, type TokenIssuer } from "./service-account-token.ts";

export interface LabOptions {
  /** Part of the names of everything it makes; default: random. */
  readonly id?: string;
  /** `dist/images/index.json`. */
  readonly images: string;
  /** Command of `fairlead`. */
  readonly fairlead: readonly string[];
  /** Command that runs `runLabProcess`. */
  readonly labProcess: readonly string[];
  readonly servers: readonly OutsideServer[];
  /** Whether pods have an IPv6 address too; the outside world has none. */
  readonly dualStack?: boolean;
  /** What the outside DNS knows, beside the Services. */
  readonly names?: DnsNames;
}

/** A mesh on one machine: an outside world, a control plane on a folder of YAML, pods as network namespaces. */
export interface Lab {
  readonly id: string;
  readonly folder: string;
  readonly network: LabNetwork;
  readonly outside: OutsideWorld;
  readonly config: ConfigFolder;
  readonly controlPlane: ControlPlane;
  readonly admission: AdmissionClient;
  readonly issuer: TokenIssuer;
  readonly pods: readonly RunningPod[];
  /** Puts an object into the folder, as `kubectl apply` would after validation. */
  apply(object: ClusterObject): Promise<void>;
  remove(kind: string, namespace: string, name: string): Promise<void>;
  /** Sends a Deployment's pod through the webhook; the pod as it would be stored, with its name. */
  inject(deployment: ClusterObject): Promise<{ readonly pod: PodManifest; readonly reply: AdmissionReply }>;
  /** Runs a pod as it is. */
  run(pod: PodManifest): Promise<RunningPod>;
  stop(pod: RunningPod, graceSeconds?: number): Promise<void>;
  /** Resolves when the pod is ready; rejects after `withinMs` with the containers' last words. */
  ready(pod: RunningPod, withinMs?: number): Promise<void>;
  /** Removes everything. */
  close(): Promise<void>;
}

/** Makes a lab; cleans up after labs whose owner died. The control plane is not started yet. */
export async function openLab(options: LabOptions): Promise<Lab> {
  await reapLabs();
  const id = options.id ?? randomBytes(3).toString("hex");
  const folder = labFolder(id);
  await recordLab(id);
  try {
    return await buildLab(id, folder, options);
  } catch (error) {
    await removeLab(id);
    throw error;
  }
}

async function buildLab(id: string, folder: string, options: LabOptions): Promise<Lab> {
  const network = await createLabNetwork(id, options.dualStack);
  const [images, config] = await Promise.all([readImageIndex(options.images), openConfigFolder(join(folder, "config"))]);
  await installContainerTools(join(folder, "tools"));
  const outside = await startOutsideWorld({ network, folder, labProcess: options.labProcess, servers: options.servers });
  const issuer = createTokenIssuer();
  const controller = await network.addPod("controller", LAB_ADDRESSES.controllerPod);
  await network.route(LAB_ADDRESSES.controller, LAB_ADDRESSES.controllerPod);
  const controlPlane = await createControlPlane({
    ...{ fairlead: options.fairlead, folder, config: config.path, tokenKey: issuer.publicKey },
    ...{ network: controller, node: network.fabric },
  });
  const admission = createAdmissionClient(network.fabric, controlPlane.stateFolder);
  const pods: RunningPod[] = [];
  const report = createReporter({ config, outside, pods, names: options.names ?? {} });
  await report.names();
  const runner: PodRunnerOptions = {
    ...{ labId: id, network, images, folder },
    volumes: { issuer, now: Date.now, configMap: (namespace, name) => configMapData(config, controlPlane, { namespace, name }) },
    onStatus: (pod) => report.pod(pod),
  };
  return {
    ...{ id, folder, network, outside, config, controlPlane, admission, issuer, pods },
    ...objectActions(config, report),
    ...podActions({ runner, pods, admission, report, config }),
    close: async () => {
      await Promise.all(pods.splice(0).map((pod) => pod.stop(0)));
      await report.settled();
      await removeLab(id);
    },
  };
}

interface Reporter {
  pod(pod: RunningPod): void;
  gone(pod: RunningPod): Promise<void>;
  names(): Promise<void>;
  endpoints(): Promise<void>;
  settled(): Promise<void>;
}

/** Writes what kubelet, endpoint controller and DNS would: one after the other, so that the last state is the one on disk. */
function createReporter(world: { config: ConfigFolder; outside: OutsideWorld; pods: RunningPod[]; names: DnsNames }): Reporter {
  let last: Promise<void> = Promise.resolve();
  const queue = (task: () => Promise<void>) => {
    last = last.then(task);
    return last;
  };
  const endpoints = async () => {
    for (const service of world.config.list("Service")) {
      if (serviceFields(service).selector) await world.config.apply(endpointSlice(service, world.pods));
    }
  };
  return {
    pod: (pod) => {
      void queue(async () => {
        if (!world.pods.includes(pod)) return;
        await world.config.apply(podReport(pod));
        await endpoints();
      });
    },
    gone: (pod) =>
      queue(async () => {
        await world.config.remove("Pod", pod.namespace, pod.name);
        await endpoints();
      }),
    names: () => queue(() => world.outside.setNames({ ...world.names, ...serviceNames(world.config.list("Service")) })),
    endpoints: () => queue(endpoints),
    settled: () => last,
  };
}

function serviceNames(services: readonly ClusterObject[]): DnsNames {
  const own = { "fairlead.istio-system.svc.cluster.local": [LAB_ADDRESSES.controller] };
  const named = services.flatMap((service) => {
    const { clusterIP } = serviceFields(service);
    const name = `${service.metadata.name}.${service.metadata.namespace ?? "default"}.svc.cluster.local`;
    return clusterIP && clusterIP !== "None" ? [[name, [clusterIP]] as const] : [];
  });
  return { ...own, ...Object.fromEntries(named) };
}

function objectActions(config: ConfigFolder, report: Reporter): Pick<Lab, "apply" | "remove"> {
  return {
    apply: async (object) => {
      await config.apply(object);
      if (object.kind !== "Service") return;
      await report.names();
      await report.endpoints();
    },
    remove: async (kind, namespace, name) => {
      await config.remove(kind, namespace, name);
      if (kind === "Service") await config.remove("EndpointSlice", namespace, `${name}-lab`);
    },
  };
}

interface PodWorld {
  readonly runner: PodRunnerOptions;
  readonly pods: RunningPod[];
  readonly admission: AdmissionClient;
  readonly report: Reporter;
  readonly config: ConfigFolder;
}

function podActions(world: PodWorld): Pick<Lab, "inject" | "run" | "stop" | "ready"> {
  let addresses = 10;
  const known: PodRunnerOptions = {
    ...world.runner,
    onStatus: (pod) => {
      if (!world.pods.includes(pod) && pod.containers.length === 0) world.pods.push(pod);
      world.runner.onStatus(pod);
    },
  };
  return {
    inject: (deployment) => injectPod(world.admission, deployment),
    run: async (pod) => {
      try {
        return await startPod(known, pod, `10.244.1.${addresses++}`);
      } catch (error) {
        const begun = world.pods.find(({ manifest }) => manifest === pod);
        if (begun) await forget(world, begun);
        throw error;
      }
    },
    stop: async (pod, graceSeconds) => {
      await pod.stop(graceSeconds);
      await forget(world, pod);
    },
    ready: untilReady,
  };
}

async function forget(world: PodWorld, pod: RunningPod): Promise<void> {
  world.pods.splice(world.pods.indexOf(pod), 1);
  await world.report.gone(pod);
}

async function injectPod(admission: AdmissionClient, deployment: ClusterObject): Promise<{ pod: PodManifest; reply: AdmissionReply }> {
  const asked = deploymentPod(deployment);
  const reply = await admission.ask("/inject", {
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    namespace: asked.metadata.namespace ?? "default",
    name: "",
    object: asked,
  });
  if (!reply.allowed) throw new Error(`the webhook refused the pod of ${deployment.metadata.name}: ${reply.message}`);
  return { pod: namePod(admitted(asked, reply)), reply };
}

async function untilReady(pod: RunningPod, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!pod.ready()) {
    if (Date.now() > deadline) throw new Error(`pod ${pod.name} did not become ready\n${await lastWords(pod)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function lastWords(pod: RunningPod): Promise<string> {
  const texts = pod.containers.map(async ({ name, ready, restarts }) => {
    const log = (await pod.logs(name)).trim();
    return `${name} (ready: ${ready}, restarts: ${restarts}): ${log.slice(-1500)}`;
  });
  return (await Promise.all(texts)).join("\n");
}

async function configMapData(
  config: ConfigFolder,
  controlPlane: ControlPlane,
  key: { readonly namespace: string; readonly name: string },
): Promise<Readonly<Record<string, string>> | undefined> {
  if (key.name === "istio-ca-root-cert") {
    return { "root-cert.pem": await readFile(join(controlPlane.stateFolder, "root-cert.pem"), "utf8") };
  }
  const found = config.list("ConfigMap").find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace);
  return found?.["data"] as Readonly<Record<string, string>> | undefined;
}
