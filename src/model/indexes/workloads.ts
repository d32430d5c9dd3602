import { isKind, type StoredObject } from "../../api/object.ts";
import type { Index } from "../fact.ts";

/** A Pod or WorkloadEntry as far as others need it. */
export interface Workload {
  readonly kind: "Pod" | "WorkloadEntry";
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** Ports by name: container ports of a Pod, `ports` of a WorkloadEntry. */
  readonly ports: Readonly<Record<string, number>>;
  readonly weight: number;
  readonly locality: string;
  readonly ready: boolean;
  /** It has an IPv6 address: its proxy must listen for both families. */
  readonly ipv6: boolean;
  /** It has an IPv4 address. */
  readonly ipv4: boolean;
  /** Its proxy calls the app from the caller's address. */
  readonly keepsSource: boolean;
}

const isIpv6 = (address: string): boolean => address.includes(":");

function podPorts(object: StoredObject<"Pod">): Readonly<Record<string, number>> {
  const ports = (object.spec.containers ?? []).flatMap((container) => container.ports ?? []);
  return Object.fromEntries(
    ports.flatMap((port) =>
      port.name === undefined || port.containerPort === undefined ? [] : [[port.name, port.containerPort] as const],
    ),
  );
}

function fromPod(object: StoredObject<"Pod">): Workload {
  const { spec } = object;
  const addresses = [spec.podIP ?? "", ...(spec.podIPs ?? [])];
  return {
    kind: "Pod",
    name: object.metadata.name,
    namespace: object.metadata.namespace,
    address: spec.podIP ?? "",
    labels: object.metadata.labels,
    serviceAccount: spec.serviceAccountName ?? "default",
    ports: podPorts(object),
    weight: 1,
    locality: "",
    ready: spec.ready ?? false,
    ipv6: addresses.some(isIpv6),
    ipv4: addresses.some((address) => address.includes(".")),
    keepsSource: spec.keepsSource ?? false,
  };
}

function fromWorkloadEntry(object: StoredObject<"WorkloadEntry">): Workload {
  const { metadata, spec } = object;
  return {
    kind: "WorkloadEntry",
    name: metadata.name,
    namespace: metadata.namespace,
    address: spec.address ?? "",
    labels: { ...metadata.labels, ...spec.labels },
    serviceAccount: spec.serviceAccount ?? "default",
    ports: spec.ports ?? {},
    weight: spec.weight ?? 1,
    locality: spec.locality ?? "",
    ready: true,
    ipv6: isIpv6(spec.address ?? ""),
    ipv4: !isIpv6(spec.address ?? ""),
    keepsSource: false,
  };
}

export function workloadOf(object: StoredObject): Workload | undefined {
  if (isKind("Pod", object)) {
    return fromPod(object);
  }
  return isKind("WorkloadEntry", object) ? fromWorkloadEntry(object) : undefined;
}

/** Workloads by `namespace/name`: whom a proxy belongs to, whom an EndpointSlice points at. */
export const workloadsByName: Index<Workload> = {
  name: "workload",
  kinds: ["Pod", "WorkloadEntry"],
  *entries(object) {
    const workload = workloadOf(object);
    if (workload !== undefined) {
      yield [`${workload.kind}/${workload.namespace}/${workload.name}`, workload];
    }
  },
};

/** Workloads by namespace and each of their labels, for those who select by label. */
export const workloadsByLabel: Index<Workload> = {
  name: "workloads-labelled",
  kinds: ["Pod", "WorkloadEntry"],
  *entries(object) {
    const workload = workloadOf(object);
    if (workload !== undefined && workload.address !== "") {
      for (const [name, value] of Object.entries(workload.labels)) {
        yield [`${workload.namespace}/${name}=${value}`, workload];
      }
    }
  },
};
