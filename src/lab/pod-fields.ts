import { LAB_ADDRESSES } from "./lab-network.ts";
import type { ContainerResources, PodManifest } from "./pod-spec.ts";

/** The node's name that pods see; there is one. */
export const NODE_NAME = "lab-node";

const CORES = 2;
const MEMORY_BYTES = 4 * 1024 ** 3;

/** What a `fieldRef` yields: the text, or undefined when the field does not exist in Kubernetes. */
export function podField(pod: PodManifest, address: string, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2] ?? ""] ?? "";
  return plainFields[path]?.(pod, address);
}

const plainFields: Readonly<Record<string, (pod: PodManifest, address: string) => string>> = {
  "metadata.name": (pod) => pod.metadata.name ?? "",
  "metadata.namespace": (pod) => pod.metadata.namespace ?? "default",
  "metadata.uid": (pod) => pod.metadata.uid ?? "",
  "metadata.labels": (pod) => mapLines(pod.metadata.labels),
  "metadata.annotations": (pod) => mapLines(pod.metadata.annotations),
  "spec.nodeName": () => NODE_NAME,
  "spec.serviceAccountName": (pod) => pod.spec.serviceAccountName ?? "default",
  "status.podIP": (_pod, address) => address,
  "status.podIPs": (_pod, address) => address,
  "status.hostIP": () => LAB_ADDRESSES.node,
  "status.hostIPs": () => LAB_ADDRESSES.node,
};

/** `key="value"` lines, sorted: the format of a downward API file. */
function mapLines(map: Readonly<Record<string, string>> = {}): string {
  const keys = Object.keys(map).sort();
  return keys.map((key) => `${key}=${JSON.stringify(map[key])}`).join("\n");
}

/** What a `resourceFieldRef` yields: the limit or request divided by the divisor and rounded up; without a limit, what the node has. */
export function resourceField(resources: ContainerResources | undefined, resource: string, divisor: string | number = 1): string {
  const [side, name = ""] = resource.split(".");
  const given = side === "limits" ? resources?.limits?.[name] : resources?.requests?.[name];
  const fallback = side === "requests" ? 0 : name === "cpu" ? CORES : MEMORY_BYTES;
  const amount = given === undefined ? fallback : quantity(String(given));
  const unit = quantity(String(divisor)) || 1;
  return String(Math.ceil(Number((amount / unit).toPrecision(12))));
}

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** A Kubernetes quantity (`100m`, `1Gi`) as a number of its base unit. */
export function quantity(text: string): number {
  const parts = /^([0-9.]+(?:e[0-9]+)?)(m|k|Ki|Mi?|Gi?|Ti?)?$/.exec(text);
  if (!parts) throw new Error(`not a quantity: ${text}`);
  return Number(parts[1]) * (suffixes[parts[2] ?? ""] ?? 1);
}
