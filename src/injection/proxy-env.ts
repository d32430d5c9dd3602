import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import { MODE_VARIABLE } from "./interception-env.ts";
import { fieldAt, listAt } from "./json-object.ts";
import type { Named } from "./pod.ts";
import { proxyMetadata } from "./proxy-config.ts";
import { controllerAddress, type ProxySettings } from "./proxy-settings.ts";

/** Variables that follow from the other containers: recomputed on every call, as another webhook may have added one. */
export const DERIVED_ENV: ReadonlySet<string> = new Set(["ISTIO_META_POD_PORTS", "ISTIO_META_APP_CONTAINERS", "ISTIO_KUBE_APP_PROBERS"]);

/** The agent's environment; `ISTIO_META_X` becomes node metadata `X`. */
export function proxyEnv(settings: ProxySettings): readonly Named[] {
  const { input, config, trustDomain, workload } = settings;
  const { global } = input.values;
  return [
    text("PILOT_CERT_PROVIDER", "istiod"),
    text("CA_ADDR", global.caAddress === "" ? controllerAddress(input) : global.caAddress),
    field("POD_NAME", "metadata.name"),
    field("POD_NAMESPACE", "metadata.namespace"),
    field("INSTANCE_IP", "status.podIP"),
    field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    field("HOST_IP", "status.hostIP"),
    { name: "ISTIO_CPU_LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1" } } },
    text("PROXY_CONFIG", JSON.stringify(config)),
    text("ISTIO_META_POD_PORTS", podPorts(settings)),
    text("ISTIO_META_APP_CONTAINERS", appContainers(settings)),
    text("ISTIO_META_CLUSTER_ID", global.multiCluster.clusterName || "Kubernetes"),
    field("ISTIO_META_NODE_NAME", "spec.nodeName"),
    text("ISTIO_META_WORKLOAD_NAME", settings.pod.labels["service.istio.io/workload-name"] ?? workload.name),
    text("ISTIO_META_OWNER", workload.uri),
    text("ISTIO_META_MESH_ID", global.meshID || trustDomain),
    text("TRUST_DOMAIN", trustDomain),
    ...optional("ISTIO_META_NETWORK", global.network),
    ...Object.entries(proxyMetadata(config))
      .filter(([name]) => name !== MODE_VARIABLE)
      .map(([name, value]) => text(name, value)),
    ...(settings.probePort === settings.agentPort ? [] : [text("FAIRLEAD_PROBE_PORT", String(settings.probePort))]),
    ...probers(settings),
  ];
}

function probers({ probers: all, input }: ProxySettings): readonly Named[] {
  const paths = Object.keys(all).sort();
  if (paths.length === 0) return [];
  const sorted = Object.fromEntries(paths.map((path) => [path, all[path]]));
  const localhost = input.mesh.inboundTrafficPolicy?.mode === "LOCALHOST";
  return [
    text("ISTIO_KUBE_APP_PROBERS", JSON.stringify(sorted)),
    ...(localhost ? [text("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION", "true")] : []),
  ];
}

/** Ports of native sidecars are ports of the application too. */
function podPorts({ pod }: ProxySettings): string {
  const running = pod.initContainers.filter((container) => container.restartPolicy === "Always");
  const apps = [...pod.containers, ...running].filter((container) => container.name !== PROXY_CONTAINER);
  const ports = apps.flatMap((container) => listAt(container, "ports"));
  const kept = ["name", "containerPort", "protocol"];
  return JSON.stringify(
    ports.map((port) => Object.fromEntries(kept.map((key) => [key, fieldAt(port, key)]).filter(([, value]) => value !== undefined))),
  );
}

function appContainers({ pod }: ProxySettings): string {
  return pod.containers
    .map((container) => container.name)
    .filter((name) => name !== PROXY_CONTAINER)
    .join(",");
}

function text(name: string, value: string): Named {
  return { name, value };
}

function optional(name: string, value: string): readonly Named[] {
  return value === "" ? [] : [text(name, value)];
}

function field(name: string, fieldPath: string): Named {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
