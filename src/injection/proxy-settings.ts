import { PROXY_CONFIG_ANNOTATION, type ProxyConfig } from "../api/mesh/proxy-config.ts";
import { readFlag } from "../base/flag.ts";
import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { err, ok, type Result } from "../base/result.ts";
import { revisionName } from "../base/revision-name.ts";
import type { Finding } from "../telemetry/finding.ts";
import { type Probers, rewriteProbes } from "./app-probes.ts";
import type { InjectionInput } from "./injection-input.ts";
import type { ResourceValues } from "./injection-values.ts";
import { type Interception, readInterception } from "./interception.ts";
import { modeProblem } from "./interception-env.ts";
import type { JsonObject } from "./json-object.ts";
import { usesNativeSidecar } from "./native-sidecar.ts";
import type { Container, Pod } from "./pod.ts";
import { probersOf } from "./probers-of.ts";
import { type PrometheusMerge, prometheusMerge } from "./prometheus-merge.ts";
import { ownProxyConfig, proxyConfig } from "./proxy-config.ts";
import { proxyResources } from "./proxy-resources.ts";
import { hasProxy, proxyUser, withTransparentUser } from "./proxy-user.ts";
import { type Readiness, readReadiness } from "./readiness.ts";
import type { Refusal } from "./refusal.ts";
import { statsInclusion } from "./stats-inclusion.ts";
import { templateNames } from "./templates/template-names.ts";
import { type UserVolumes, userVolumes } from "./user-volumes.ts";
import { type Workload, workloadOf } from "./workload-owner.ts";

/** Everything the rules of the fragment ask, read and checked once. */
export interface ProxySettings {
  readonly input: InjectionInput;
  /** Names of the templates that fill in the pod, in order. */
  readonly templates: readonly string[];
  /** Whether the pod has a proxy then; else nothing of it is to be led anywhere. */
  readonly bringsProxy: boolean;
  /** The pod with its probes led to the agent. */
  readonly pod: Pod;
  readonly probers: Probers;
  readonly workload: Workload;
  readonly interception: Interception;
  readonly config: JsonObject;
  /** What of it the pod's annotation says, with the warnings of its reading. */
  readonly ownConfig: { readonly value: ProxyConfig; readonly findings: readonly Finding[] };
  /** Port of the agent's own server: probes, merged metrics, drain. */
  readonly agentPort: number;
  /** Where the kubelet asks the agent: a port that the redirection leaves alone. */
  readonly probePort: number;
  readonly readiness: Readiness;
  readonly prometheus: PrometheusMerge;
  readonly resources: ResourceValues;
  readonly volumes: UserVolumes;
  readonly native: boolean;
  /** Id of the user whose traffic the redirection lets pass. */
  readonly user: number;
  /** Whether the proxy may listen below port 1024. */
  readonly bindsLowPorts: boolean;
  /** Whether a crash of Envoy is to leave a core dump. */
  readonly dumpsCore: boolean;
  readonly trustDomain: string;
}

const REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers";

export function proxySettings(pod: Pod, input: InjectionInput): Result<ProxySettings, Refusal> {
  const read = readSettings(pod, input);
  if (!read.ok) return read;
  const { annotations } = pod;
  const { values, mesh } = input;
  const { interception, probePort } = read.value;
  const templates = templateNames(pod, values.sidecarInjectorWebhook);
  const contradicted = templates.includes("sidecar") ? modeProblem(pod, interception.mode) : undefined;
  if (contradicted !== undefined) return err(contradicted);
  const bringsProxy = hasProxy(pod) || templates.some((name) => name === "sidecar" || name === "gateway");
  return ok({
    ...{ input, templates, bringsProxy },
    ...read.value,
    ...(bringsProxy ? rewritten(withTransparentUser(pod, interception.mode), input, probePort) : { pod, probers: {} }),
    workload: workloadOf(pod.raw, input.namespace, input.owner),
    native: runsNative(pod, input),
    user: proxyUser(pod),
    bindsLowPorts: isOn(annotations["sidecar.istio.io/capNetBindService"], values.global.proxy.capNetBindService),
    dumpsCore: isOn(annotations["sidecar.istio.io/enableCoreDump"], values.global.proxy.enableCoreDump),
    trustDomain: mesh.trustDomain ?? "cluster.local",
  });
}

/** The pod's word goes before that of the values. */
function isOn(annotation: string | undefined, value: boolean | string): boolean {
  return readFlag(annotation ?? String(value)) === true;
}

type ReadSettings = Pick<
  ProxySettings,
  "agentPort" | "probePort" | "config" | "ownConfig" | "interception" | "readiness" | "resources" | "volumes" | "prometheus"
>;

/** What may be refused, in the order in which it is told. */
function readSettings({ annotations }: Pod, input: InjectionInput): Result<ReadSettings, Refusal> {
  const { values, mesh } = input;
  const configs = readConfigs(annotations, input);
  if (!configs.ok) return configs;
  const { config } = configs.value;
  const interception = readInterception(annotations, { mode: config.interceptionMode, values: values.global.proxy });
  if (!interception.ok) return interception;
  const readiness = readReadiness(annotations, values.global.proxy);
  if (!readiness.ok) return readiness;
  const resources = proxyResources(annotations, values.global.proxy.resources);
  if (!resources.ok) return resources;
  const volumes = userVolumes(annotations);
  if (!volumes.ok) return volumes;
  const agentPort = typeof config.statusPort === "number" ? config.statusPort : PROXY_PORTS.agent;
  const probePort = readiness.value.statusPort === 0 ? agentPort : readiness.value.statusPort;
  const prometheus = prometheusMerge(annotations, { agentPort, probePort }, mesh);
  if (!prometheus.ok) return prometheus;
  return ok({
    ...{ agentPort, probePort, ...configs.value, interception: interception.value, readiness: readiness.value },
    ...{ resources: resources.value, volumes: volumes.value, prometheus: prometheus.value },
  });
}

/** The proxy's configuration, and what of it the pod says itself. */
function readConfigs(annotations: Pod["annotations"], input: InjectionInput): Result<Pick<ProxySettings, "config" | "ownConfig">, Refusal> {
  const ownConfig = ownProxyConfig(annotations[PROXY_CONFIG_ANNOTATION], input.parseYaml);
  if (!ownConfig.ok) return ownConfig;
  const statistics = statsInclusion(annotations);
  if (!statistics.ok) return statistics;
  const config = proxyConfig({
    controller: controllerAddress(input),
    asked: annotations["sidecar.istio.io/discoveryAddress"],
    meshDefault: input.mesh.defaultConfig ?? {},
    own: ownConfig.value.value,
    statistics: statistics.value,
  });
  return ok({ config, ownConfig: ownConfig.value });
}

/** Where the controller of this revision answers. */
export function controllerAddress({ revision, values }: InjectionInput): string {
  return `${revisionName("fairlead", revision)}.${values.global.istioNamespace}.svc:15012`;
}

/** A pod that is nothing but the proxy keeps it as its one container: there must be one. */
function runsNative({ annotations, containers }: Pod, { kubeVersion }: InjectionInput): boolean {
  return usesNativeSidecar(annotations, kubeVersion) && containers.some((container) => container.name !== PROXY_CONTAINER);
}

function rewritten(pod: Pod, input: InjectionInput, port: number): { pod: Pod; probers: Probers } {
  const wanted = readFlag(pod.annotations[REWRITE]) ?? input.values.sidecarInjectorWebhook.rewriteAppHTTPProbe;
  if (!wanted) return { pod, probers: {} };
  const containers = pod.containers.map((container) => rewriteOne(container, port));
  // Of the init containers only those that go on running have probes.
  const initContainers = pod.initContainers.map((container) =>
    container.restartPolicy === "Always" ? rewriteOne(container, port) : { container, probers: {} },
  );
  const all = [...initContainers, ...containers];
  return {
    pod: { ...pod, containers: containers.map((r) => r.container), initContainers: initContainers.map((r) => r.container) },
    probers: Object.assign({}, earlierProbers(pod), ...all.map((r) => r.probers)) as Probers,
  };
}

function rewriteOne(container: Container, port: number): { container: Container; probers: Probers } {
  return container.name === PROXY_CONTAINER ? { container, probers: {} } : rewriteProbes(container, port);
}

/** A pod that was injected before carries the probers of its containers, whose probes lead to the agent already. */
function earlierProbers({ containers, initContainers }: Pod): Probers {
  return probersOf([...containers, ...initContainers].find((container) => container.name === PROXY_CONTAINER));
}
