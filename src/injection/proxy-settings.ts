import { ok, type Result } from "../base/result.ts";
import { type Probers, rewriteProbes } from "./app-probes.ts";
import type { InjectionInput } from "./injection-input.ts";
import type { ResourceValues } from "./injection-values.ts";
import { type Interception, readInterception } from "./interception.ts";
import type { JsonObject } from "./json-object.ts";
import { usesNativeSidecar } from "./native-sidecar.ts";
import type { Container, Pod } from "./pod.ts";
import { probersOf } from "./probers-of.ts";
import { proxyConfig } from "./proxy-config.ts";
import { proxyResources } from "./proxy-resources.ts";
import { type Readiness, readReadiness } from "./readiness.ts";
import type { Refusal } from "./refusal.ts";
import { type UserVolumes, userVolumes } from "./user-volumes.ts";
import { type Workload, workloadOf } from "./workload-owner.ts";

/** Everything the rules of the fragment ask, read and checked once. */
export interface ProxySettings {
  readonly input: InjectionInput;
  /** The pod with its probes led to the agent. */
  readonly pod: Pod;
  readonly probers: Probers;
  readonly workload: Workload;
  readonly interception: Interception;
  readonly config: JsonObject;
  /** Port of the agent's own server: probes, merged metrics, drain. */
  readonly agentPort: number;
  readonly readiness: Readiness;
  readonly resources: ResourceValues;
  readonly volumes: UserVolumes;
  readonly native: boolean;
  readonly trustDomain: string;
}

const REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers";

export function proxySettings(pod: Pod, input: InjectionInput): Result<ProxySettings, Refusal> {
  const { annotations } = pod;
  const { values, mesh } = input;
  const config = proxyConfig({
    discoveryAddress: controllerAddress(input),
    meshDefault: mesh.defaultConfig ?? {},
    annotation: annotations["proxy.istio.io/config"],
    parseYaml: input.parseYaml,
  });
  if (!config.ok) return config;
  const interception = readInterception(annotations, { mode: config.value.interceptionMode, values: values.global.proxy });
  if (!interception.ok) return interception;
  const readiness = readReadiness(annotations, values.global.proxy);
  if (!readiness.ok) return readiness;
  const resources = proxyResources(annotations, values.global.proxy.resources);
  if (!resources.ok) return resources;
  const volumes = userVolumes(annotations);
  if (!volumes.ok) return volumes;
  const agentPort = typeof config.value.statusPort === "number" ? config.value.statusPort : 15020;
  return ok({
    input,
    ...rewritten(pod, input, agentPort),
    workload: workloadOf(pod.raw, input.namespace, input.owner),
    interception: interception.value,
    config: config.value,
    agentPort,
    readiness: readiness.value,
    resources: resources.value,
    volumes: volumes.value,
    native: runsNative(pod, input),
    trustDomain: mesh.trustDomain ?? "cluster.local",
  });
}

/** Where the controller of this revision answers. */
export function controllerAddress({ revision, values }: InjectionInput): string {
  const name = revision === "default" ? "fairlead" : `fairlead-${revision}`;
  return `${name}.${values.global.istioNamespace}.svc:15012`;
}

/** A pod that is nothing but the proxy keeps it as its one container: there must be one. */
function runsNative({ annotations, containers }: Pod, { kubeVersion }: InjectionInput): boolean {
  return usesNativeSidecar(annotations, kubeVersion) && containers.some((container) => container.name !== "istio-proxy");
}

function rewritten(pod: Pod, input: InjectionInput, agentPort: number): { pod: Pod; probers: Probers } {
  const wanted = pod.annotations[REWRITE] ?? String(input.values.sidecarInjectorWebhook.rewriteAppHTTPProbe);
  if (wanted !== "true") return { pod, probers: {} };
  const containers = pod.containers.map((container) => rewriteOne(container, agentPort));
  // Of the init containers only those that go on running have probes.
  const initContainers = pod.initContainers.map((container) =>
    container.restartPolicy === "Always" ? rewriteOne(container, agentPort) : { container, probers: {} },
  );
  const all = [...initContainers, ...containers];
  return {
    pod: { ...pod, containers: containers.map((r) => r.container), initContainers: initContainers.map((r) => r.container) },
    probers: Object.assign({}, earlierProbers(pod), ...all.map((r) => r.probers)) as Probers,
  };
}

function rewriteOne(container: Container, agentPort: number): { container: Container; probers: Probers } {
  return container.name === "istio-proxy" ? { container, probers: {} } : rewriteProbes(container, agentPort);
}

/** A pod that was injected before carries the probers of its containers, whose probes lead to the agent already. */
function earlierProbers({ containers, initContainers }: Pod): Probers {
  return probersOf([...containers, ...initContainers].find((container) => container.name === "istio-proxy"));
}
